import CKernels
public import Tensors

extension Image {
  /// The longest side that can be resized: 255 times it fits 32 bits.
  public static let longestSide = 16_000_000

  /// The picture as a square of `side` pixels; every new pixel is the exact mean of the area under it.
  ///
  /// Integer arithmetic, rounded half up: the same bytes on every processor. No side may be over `longestSide` pixels.
  public func square(side: Int, crop: ImageCrop = .middle) -> Image {
    square(side: side, crop: crop, level: Int(vm_cpu_level()))
  }

  package func square(side: Int, crop: ImageCrop, level: Int) -> Image {
    precondition(max(width, height) <= Self.longestSide, "a side of \(max(width, height)) pixels is too long")
    if width == side, height == side { return self }
    switch crop {
    case .middle:
      let edge = min(width, height)
      let part = (left: (width - edge) / 2, top: (height - edge) / 2, width: edge, height: edge)
      return resized(part, to: (0, 0, side, side), of: side, level: level)
    case .stretch:
      return resized((0, 0, width, height), to: (0, 0, side, side), of: side, level: level)
    case .pad:
      let longest = max(width, height)
      let wide = max(1, (width * side + longest / 2) / longest)
      let high = max(1, (height * side + longest / 2) / longest)
      return resized(
        (0, 0, width, height), to: ((side - wide) / 2, (side - high) / 2, wide, high), of: side, level: level)
    }
  }

  private typealias Part = (left: Int, top: Int, width: Int, height: Int)

  /// Mean colour of the training pictures, which also pads the network's input.
  private static let mean: [UInt8] = [122, 114, 101]

  private func resized(_ part: Part, to place: Part, of side: Int, level: Int) -> Image {
    let whole = place.width == side && place.height == side
    let result = [UInt8](unsafeUninitializedCapacity: side * side * 3) { buffer, count in
      if !whole { for index in 0..<side * side * 3 { buffer[index] = Self.mean[index % 3] } }
      withUnsafeTemporaryAllocation(
        byteCount: vm_resize_area_scratch(Int32(part.width), Int32(place.width)), alignment: 64
      ) { scratch in
        pixels.withUnsafeBufferPointer { source in
          vm_resize_area(
            source.baseAddress! + (part.top * width + part.left) * 3, width * 3, Int32(part.width),
            Int32(part.height), buffer.baseAddress! + (place.top * side + place.left) * 3, side * 3,
            Int32(place.width), Int32(place.height), scratch.baseAddress, Int32(level))
        }
      }
      count = side * side * 3
    }
    return Image(width: side, height: side, pixels: result)
  }
}
