/// Element types that become 32-bit floats.
enum VectorElement {
  case float16, float32, float64, uint8

  var size: Int {
    switch self {
    case .uint8: 1
    case .float16: 2
    case .float32: 4
    case .float64: 8
    }
  }
}
