// What branches.py has to find here stands behind each line: the numbers of a line's outcomes, in their order.
func sum(_ x: Int?, _ y: Int) throws -> Int {
  guard let x, x > 0 else { return 0 }  // 1 2
  if y == 1 && x == 2 { return 7 }  // 0 2 1 1
  if y > 1 { _ = 1 } else if x > 5 { _ = 2 }  // 1 1 0 1
  if y > 1 { _ = 1 } else if x > 5 && y > 0 { _ = 2 } else if x > 0 || y > 7 { _ = 3 } else { _ = 4 }  // 1 1 0 1 0 1 1 0 0 1
  if try half(y) == 0, x > 0 { _ = 3 }  // 1 1
  for i in 0..<3 where i != y { _ = i }  // 6 2
  var n = 0
  while n < 2, n != 5 { n += 1 }  // 4 2
  while true { if n > 3 { break } else { n += 1 } }  // 2 4
  repeat { n += 1 } while n < 10  // 10 2
  let q = Int?.none ?? y  // 2 0
  let text = "\(y > 5 ? "large" : "small \(x > 1 ? "+" : "")")"  // 0 2 1 1
  switch y {
  case 1: n += 1  // 1
  case 2 where n > 5, 3: n += 2  // 1
  default: break  // 0
  }
  #if os(macOS)
    if n > 5 { n = 1 }
  #endif
  let one =
    switch x {
    case 1: 1  // 1
    default: 2  // 1
    }
  do { _ = try half(7 * y) } catch { n += 1 }  // 1
  return [1, 2].map { $0 > 1 || q > 7 ? $0 : one }.count + text.count  // 2 2 2 2
}
struct Odd: Error {}
func half(_ x: Int) throws -> Int { if x == 7 { throw Odd() } else { return x / 2 } }  // 1 3
let sums = try [sum(nil, 1), sum(1, 1), sum(2, 2)]
