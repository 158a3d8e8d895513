/// Where the values lie in a file of vectors.
struct VectorLayout {
  var element: VectorElement
  var rows: Int
  var columns: Int
  /// Of the first row's values.
  var start: Int
  /// Bytes from one row to the next.
  var stride: Int
  /// Whether each row says its own dimension in the four bytes before it.
  var hasRowHeaders = false
}
