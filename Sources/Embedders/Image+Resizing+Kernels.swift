import CKernels
public import Tensors

extension Image {
  /// The longest side that can be resized: 255 times it fits 32 bits.
  public static let longestSide = 16_000_000

  /// The picture's views, each a square of `side` pixels, one above the other; every new pixel is the exact mean of the area under it.
  ///
  /// Integer arithmetic, rounded half up: the same bytes on every processor. No side may be over `longestSide` pixels.
  public func views(side: Int, crop: ImageCrop = .standard) -> Image {
    views(side: side, crop: crop, level: Int(vm_cpu_level()))
  }

  package func views(side: Int, crop: ImageCrop, level: Int) -> Image {
    precondition(max(width, height) <= Self.longestSide, "a side of \(max(width, height)) pixels is too long")
    guard crop == .twice else { return square(side: side, crop: crop, level: level) }
    let first = square(side: side, crop: .middle, level: level)
    let inner = middle(crop.inner(of: min(width, height)))
    let second = resized(inner, to: (0, 0, side, side), of: side, level: level)
    return Image(width: side, height: 2 * side, pixels: first.pixels + second.mirrored)
  }

  private func square(side: Int, crop: ImageCrop, level: Int) -> Image {
    if width == side, height == side, crop != .inner { return self }
    switch crop {
    case .middle, .inner, .twice:
      return resized(middle(crop.inner(of: min(width, height))), to: (0, 0, side, side), of: side, level: level)
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

  private func middle(_ edge: Int) -> Part { ((width - edge) / 2, (height - edge) / 2, edge, edge) }

  /// The pixels with left and right exchanged.
  private var mirrored: [UInt8] {
    var result = pixels
    for row in 0..<height {
      var (left, right) = (row * width * 3, (row * width + width - 1) * 3)
      while left < right {
        for channel in 0..<3 { result.swapAt(left + channel, right + channel) }
        (left, right) = (left + 3, right - 3)
      }
    }
    return result
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
