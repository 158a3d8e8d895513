"""The hashing vectorizer against scikit-learn's, on lines of many scripts."""
import numpy as np

LINES = [
    "The quick brown fox, the QUICK brown fox; 42 foxes don't jump.", "Größe, Straße, ÄPFEL und Öl – naïve café résumé",
    "İstanbul'da IĞDIR ılık; ŞIŞLI", "Съешь же ещё этих мягких французских булок, да выпей чаю", "Ξεσκεπάζω την ψυχοφθόρα ΣΊΣΥΦΟΣ βδελυγμία",
    "いろはにほへと ちりぬるを 東京特許許可局", "我能吞下玻璃而不伤身体。 一二三", "나는 유리를 먹을 수 있어요", "אני יכול לאכול זכוכית וזה לא מזיק לי",
    "أنا قادر على أكل الزجاج و هذا لا يؤلمني ٣٤٥", "मैं काँच खा सकता हूँ और मुझे उससे कोई चोट नहीं पहुंचती", "ฉันกินกระจกได้ แต่มันไม่ทำให้ฉันเจ็บ",
    "emoji 😀 👩‍👩‍👧 🇩🇪 x² H₂O ½ ﬁne ＦＵＬＬ ｗｉｄｔｈ", "under_score snake_case__x a b c I", "", "   ", "\t tab\tand  spaces ", "a", "1 22 333 4444",
    "e\u0301 decomposed \u00e9 composed A\u030angstro\u0308m", "zero\u200bwidth soft\u00adhyphen no\u00a0break", "ß SS ẞ ǅ ǆ Ǆ ŉ ﬀ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐐀𐐨 𝟘𝟙",
]
OPTIONS = [
    [], ["--n-features", "64"], ["--n-features", "1000", "--ngram", "1-3"], ["--analyzer", "char", "--ngram", "2-4"],
    ["--analyzer", "char_wb", "--ngram", "3-5"], ["--norm", "l1"], ["--norm", "none", "--no-alternate-sign"], ["--no-lowercase", "--ngram", "1-2"],
    ["--binary", "--norm", "none"], ["--strip-accents", "unicode"], ["--strip-accents", "ascii", "--ngram", "1-2"],
    ["--strip-accents", "unicode", "--analyzer", "char_wb", "--ngram", "2-3"],
]


def check(vecmill, peers, results):
    text = vecmill.folder / "lines.txt"
    text.write_text("\n".join(LINES * 3) + "\n", encoding="utf-8")
    for place, options in enumerate(OPTIONS):
        ours, theirs = vecmill.folder / f"ours-{place}.npy", vecmill.folder / f"theirs-{place}.npy"
        vecmill("oracle", "hashing", *options, text, ours)
        peers("hashing_vectorizer.py", *options, text, theirs)
        got, want = np.load(ours), np.load(theirs)
        same = got.shape == want.shape and np.abs(got - want).max(initial=0) <= 1e-6
        rows = np.flatnonzero(np.abs(got - want).max(axis=1) > 1e-6).tolist() if got.shape == want.shape else "shape"
        results.note("hashing", " ".join(options) or "defaults", same, "" if same else f"rows {rows[:10]}")
