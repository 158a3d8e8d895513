import Pipelines
import Testing

@Suite struct StageReferenceTests {
  @Test func everyOptionHasARow() {
    let text = StageReference.markdown(StageCatalog([FakeCatalog.scale, FakeCatalog.score]))
    #expect(
      text == """
        ### `scale`

        Scales vectors. Input: vectors.

        | option | value | default | |
        | --- | --- | --- | --- |
        | `steps` | a list, each item center, l2 or a map of pca, whiten | `["l2"]` | What is done, in order. |
        | `steps[].pca` | a whole number from 1 to 4096 | required | Dimensions. |
        | `steps[].whiten` | true or false | `false` | Whether to whiten. |

        ### `score`

        Measures an index. Input: an index.

        | option | value | default | |
        | --- | --- | --- | --- |
        | `queries` | a whole number from 1 to 10000 or the name of a stage | `100` | How many, or a stage. |
        | `truth` | the name of a stage | none | A stage of true neighbours. |
        | `require` | a map, each value a number from 0 to 1 | `{}` | Least figures. |

        """)
  }

  @Test func barsAreEscaped() {
    let text = StageReference.markdown(FakeCatalog.catalog)
    #expect(text.contains("| A word \\| with a bar. |"))
    #expect(text.contains("Has an option of every shape. No input."))
  }
}
