public import Tensors

extension Image {
  /// The picture with its longer side at most `side`, each pixel the mean of the area that it covers; never enlarged.
  public func thumbnail(side: Int) -> Image {
    let longer = max(width, height)
    guard longer > side else { return self }
    let newWidth = max(1, (width * side + longer / 2) / longer)
    let newHeight = max(1, (height * side + longer / 2) / longer)
    var small = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
    for y in 0..<newHeight {
      let rows = y * height / newHeight..<max((y + 1) * height / newHeight, y * height / newHeight + 1)
      for x in 0..<newWidth {
        let columns = x * width / newWidth..<max((x + 1) * width / newWidth, x * width / newWidth + 1)
        let mean = mean(rows, columns)
        let at = (y * newWidth + x) * 3
        small[at] = mean.0
        small[at + 1] = mean.1
        small[at + 2] = mean.2
      }
    }
    return Image(width: newWidth, height: newHeight, pixels: small)
  }

  private func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> (UInt8, UInt8, UInt8) {
    var sums = (0, 0, 0)
    for y in rows {
      for x in columns {
        let at = (y * width + x) * 3
        sums.0 += Int(pixels[at])
        sums.1 += Int(pixels[at + 1])
        sums.2 += Int(pixels[at + 2])
      }
    }
    let count = rows.count * columns.count
    func rounded(_ sum: Int) -> UInt8 { UInt8((sum + count / 2) / count) }
    return (rounded(sums.0), rounded(sums.1), rounded(sums.2))
  }
}
