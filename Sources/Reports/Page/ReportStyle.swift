/// The style sheet of reports: colours first, then the parts from top to bottom, then narrow windows and paper.
enum ReportStyle {
  static let sheet: HTML = """
    :root {
      --paper: #f7f7f5; --card: #ffffff; --ink: #1c1e21; --soft: #62676f; --line: #e3e4e1; --grid: #ececea;
      --accent: #2f6fde; --accent-soft: #d8e5fb; --good: #14804a; --good-soft: #dcf3e6; --bad: #c42b2b; --bad-soft: #fbe3e1;
      --warn: #9a6200; --warn-soft: #fbefd5; --memory: #b9bec6;
      --s0: #2f6fde; --s1: #d2691e; --s2: #12877b; --s3: #8a4fd0;
    }
    @media (prefers-color-scheme: dark) { :root {
      --paper: #14161a; --card: #1c1f25; --ink: #e8eaed; --soft: #9aa1ab; --line: #30343c; --grid: #292d34;
      --accent: #6ea2ff; --accent-soft: #263a5e; --good: #5fcf97; --good-soft: #17382a; --bad: #ff8078; --bad-soft: #46211f;
      --warn: #eab95a; --warn-soft: #3d3116; --memory: #4d535d;
      --s0: #6ea2ff; --s1: #f09a5d; --s2: #45c4b5; --s3: #bb8cf5;
    } }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
    main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 8px; }
    h1, h2, h3, p, dl, dd, ul, figure, table { margin: 0; padding: 0; }
    code, pre, .path { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .88em; }
    small { font-size: .84em; color: var(--soft); font-weight: 400; }
    .fine, .note { font-size: 13px; color: var(--soft); font-weight: 400; }
    .eyebrow { font-size: 12px; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); }
    h1 { font-size: 32px; line-height: 1.2; letter-spacing: -.02em; display: flex; flex-wrap: wrap; align-items: center; gap: 12px; overflow-wrap: anywhere; }
    .when { color: var(--soft); margin: 4px 0 24px; }
    .pill, .state { border-radius: 99px; padding: 2px 12px; font-size: 14px; font-weight: 600; letter-spacing: 0; white-space: nowrap; background: var(--grid); color: var(--soft); }
    .state { font-size: 12.5px; padding: 1px 9px; }
    .good { --tone: var(--good); --wash: var(--good-soft); } .bad { --tone: var(--bad); --wash: var(--bad-soft); } .warn { --tone: var(--warn); --wash: var(--warn-soft); }
    .pill.good, .pill.bad, .pill.warn, .state.good, .state.bad, .state.warn { background: var(--wash); color: var(--tone); }

    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 1px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
    .tiles > div { background: var(--card); padding: 14px 18px; box-shadow: 0 0 0 1px var(--line); }
    .tiles dt { font-size: 13px; color: var(--soft); }
    .tiles dd { font-size: 24px; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
    .tiles dd small { display: block; font-size: 12.5px; letter-spacing: 0; }
    .tiles.small { grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); }
    .tiles.small dd { font-size: 20px; }

    section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 24px 24px; margin: 20px 0; }
    h2 { font-size: 18px; letter-spacing: -.01em; margin-bottom: 16px; display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; }
    h3 { font-size: 15px; margin: 24px 0 10px; } h3 small { margin-left: 8px; }
    .callout { border-color: var(--tone); background: var(--wash); padding: 16px 20px; }
    .callout h2 { font-size: 16px; color: var(--tone); margin-bottom: 4px; }
    .callout p { overflow-wrap: anywhere; }

    .track { display: grid; grid-template-columns: 170px 1fr; gap: 0 16px; align-items: center; padding: 7px 0; border-top: 1px solid var(--line); }
    .track:first-child { border-top: 0; }
    .track .name { font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; } .track .name small { display: block; }
    .plot { position: relative; min-width: 0; } .plot svg { display: block; width: 100%; }
    .grid line { stroke: var(--grid); stroke-width: 1; vector-effect: non-scaling-stroke; }
    .job { fill: var(--accent); } .job.failed { fill: var(--bad); } .job.cut { opacity: .45; }
    polygon.memory { fill: var(--memory); }
    .axis { padding: 4px 0 0; } .axis .plot { height: 18px; }
    .axis span { position: absolute; font-size: 12px; color: var(--soft); transform: translateX(-50%); white-space: nowrap; }
    .axis span:first-child { transform: none; }

    table { width: 100%; border-collapse: collapse; font-size: 14px; }
    th, td { text-align: left; padding: 9px 10px; vertical-align: top; border-top: 1px solid var(--line); }
    thead th { border-top: 0; font-size: 12.5px; font-weight: 500; color: var(--soft); padding-top: 0; white-space: nowrap; }
    th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
    tbody th { overflow-wrap: anywhere; } tbody th small { display: block; }
    .n { text-align: right; white-space: nowrap; } .n.long { white-space: normal; overflow-wrap: anywhere; } .none { color: var(--soft); }
    .meter { display: block; height: 3px; border-radius: 2px; background: var(--grid); margin-top: 5px; min-width: 56px; overflow: hidden; }
    .meter i { display: block; height: 100%; border-radius: 2px; background: var(--accent); margin-left: auto; }
    .meter.wide { height: 6px; border-radius: 3px; margin: 0 0 10px; } .meter.wide i { margin-left: 0; background: var(--warn); border-radius: 3px; }
    table + .fine { margin-top: 12px; }
    .digest { overflow-wrap: anywhere; color: var(--soft); }

    .verdicts { margin-bottom: 20px; } .verdicts code { color: var(--soft); } .verdicts th { font-weight: 600; } .verdicts th code { font-weight: 400; }
    .against { color: var(--soft); font-size: 13.5px; margin: -6px 0 14px; } .against b { color: var(--ink); }
    .both { min-width: 0; } .both .fine { padding-left: 19px; margin: 2px 0 4px; } .both .hits { margin-bottom: 8px; }
    .gone img, .came img { outline: 2px solid var(--frame); outline-offset: 1px; } .gone .words, .came .words { box-shadow: inset 3px 0 0 var(--frame); } .gone { --frame: var(--bad); } .came { --frame: var(--good); }
    .facts { list-style: none; margin: 12px 0; } .facts b { color: var(--ink); font-weight: 600; }
    .chart { margin-top: 20px; max-width: 700px; } .chart svg { width: 100%; height: auto; display: block; overflow: visible; }
    .chart text { font-size: 13px; fill: var(--soft); }
    .chart polyline { fill: none; stroke: var(--tone); stroke-width: 2; stroke-linejoin: round; } .chart circle { fill: var(--tone); stroke: var(--card); stroke-width: 1.5; }
    .chart circle.missed { fill: var(--bad); } .chart circle.best { fill: var(--good); } .trends { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 8px 28px; } .chart.trend { margin-top: 8px; } .chart.trend figcaption { font-size: 14px; color: var(--ink); margin: 0 0 4px; }
    .chart .chosen { stroke: var(--soft); stroke-dasharray: 4 4; }
    .s0 { --tone: var(--s0); } .s1 { --tone: var(--s1); } .s2 { --tone: var(--s2); } .s3 { --tone: var(--s3); }
    .key { display: inline-block; margin: 6px 18px 0 0; font-size: 13.5px; } .key::before { content: ""; display: inline-block; width: 14px; height: 3px; border-radius: 2px; background: var(--tone); vertical-align: middle; margin-right: 7px; }

    .strip { display: grid; grid-template-columns: 108px 1fr; gap: 0 18px; padding: 12px 0; border-top: 1px solid var(--line); }
    .strip:first-child { border-top: 0; padding-top: 0; }
    .hits { display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 10px; align-items: start; border-left: 1px solid var(--line); padding-left: 18px; }
    .contact figure { min-width: 0; } .contact img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 6px; background: var(--grid); }
    .query img { outline: 2px solid var(--accent); outline-offset: 2px; }
    figcaption { font-size: 12px; line-height: 1.35; color: var(--soft); margin-top: 5px; } .contact figcaption { overflow: hidden; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
    figcaption b { color: var(--ink); font-weight: 600; }
    .words { font-size: 12px; line-height: 1.4; background: var(--grid); border-radius: 6px; padding: 8px; max-height: 110px; overflow: hidden; overflow-wrap: anywhere; }
    .texts .hits { grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); } .texts .strip { grid-template-columns: 200px 1fr; }

    .reject { padding: 14px 0 2px; border-top: 1px solid var(--line); } .reject:first-of-type { border-top: 0; padding-top: 0; }
    .reject h3 { margin: 0 0 6px; display: flex; align-items: baseline; gap: 10px; } .reject h3 small { margin: 0; }
    .examples { list-style: none; font-size: 13.5px; } .examples li { padding: 5px 0; overflow-wrap: anywhere; } .examples p { color: var(--soft); }
    .reject .fine { padding: 2px 0 10px; }

    .plan { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 22px 32px; }
    .plan article { min-width: 0; } .plan h3 { margin: 0 0 2px; } .plan p { color: var(--soft); font-size: 14px; margin-bottom: 8px; overflow-wrap: anywhere; }
    .pairs { display: grid; grid-template-columns: minmax(80px, max-content) 1fr; gap: 3px 14px; font-size: 13.5px; }
    .pairs dt { color: var(--soft); overflow-wrap: anywhere; } .pairs dd { overflow-wrap: anywhere; min-width: 0; }
    table + .pairs, .fine + .pairs { margin-top: 18px; padding-top: 14px; border-top: 1px solid var(--line); }
    .file { overflow-x: auto; line-height: 1.55; font-size: 13px; margin: 0; background: var(--paper); border-radius: 8px; padding: 14px 16px; tab-size: 2; }
    footer { max-width: 1080px; margin: 0 auto; padding: 4px 24px 40px; color: var(--soft); font-size: 12.5px; }

    @media (max-width: 760px) {
      main { padding: 24px 14px 4px; } footer { padding: 4px 14px 28px; } section { padding: 16px 14px 18px; margin: 14px 0; }
      h1 { font-size: 26px; } .tiles { grid-template-columns: repeat(2, 1fr); } .tiles > div { padding: 11px 13px; } .tiles dd { font-size: 20px; } .tiles.small dd { font-size: 18px; }
      .tiles > div:last-child:nth-child(odd) { grid-column: 1 / -1; }
      .track { grid-template-columns: 1fr; } .track .name small { display: inline; margin-left: 8px; } .plot { margin-top: 4px; } .axis .plot { margin: 0; }
      .axis span:nth-child(even) { display: none; }
      thead { display: none; } tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 4px 18px; padding: 12px 0; border-top: 1px solid var(--line); } tbody tr:first-child { border-top: 0; padding-top: 0; }
      th, td, th:first-child, td:first-child, th:last-child, td:last-child { border: 0; padding: 0; }
      tbody th { grid-column: 1 / -1; } tbody th small { display: inline; margin-left: 8px; }
      td, td.n { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; } td::before { content: attr(data-label); color: var(--soft); font-size: 13px; } td.none { display: none; } td:has(> .state), td.long { grid-column: 1 / -1; } td.long { text-align: left; } td.n { white-space: normal; }
      .meter { width: 100%; margin-top: 2px; } .meter i { margin-left: 0; } .sources td { grid-column: 1 / -1; }
      .strip, .texts .strip { grid-template-columns: 1fr; gap: 12px; } .query { max-width: 120px; } .texts .query { max-width: none; } .hits { border: 0; padding: 0; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 8px; } .texts .hits { grid-template-columns: 1fr; }
      .both .fine { padding-left: 0; } .plan { grid-template-columns: 1fr; } .chart text { font-size: 20px; }
    }
    @media print {
      :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #555; --line: #ccc; --grid: #e8e8e8; --accent: #2f6fde; --good: #14804a; --good-soft: #e4f5eb; --bad: #c42b2b; --bad-soft: #fbe9e8; --warn: #9a6200; --warn-soft: #fbf2de; --memory: #bbb; --s0: #2f6fde; --s1: #d2691e; --s2: #12877b; --s3: #8a4fd0; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      body { font-size: 11px; } main { padding: 0; max-width: none; } section { border-width: 1px 0 0; border-radius: 0; padding: 12px 0; margin: 10px 0; }
      .tiles, .strip, .reject, .track, tr, article, .chart { break-inside: avoid; } h2, h3 { break-after: avoid; } .file { white-space: pre-wrap; overflow-wrap: anywhere; }
    }
    """
}
