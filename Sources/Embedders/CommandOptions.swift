/// The program that a command embedder runs, and what it declares of itself.
public struct CommandOptions: Sendable, Hashable, Codable {
  /// A path, or a name that is looked for in PATH.
  public var program: String
  public var arguments: [String]
  /// The user's word for what the program computes: a new one makes old vectors stale.
  public var version: String
  /// Values a vector.
  public var dimension: Int
  /// Seconds for one batch.
  public var timeout: Double
  /// Seconds more for a process' first batch, in which it loads its model.
  public var startupTimeout: Double

  public init(
    program: String, arguments: [String] = [], version: String, dimension: Int, timeout: Double = 60,
    startupTimeout: Double = 120
  ) {
    self.program = program
    self.arguments = arguments
    self.version = version
    self.dimension = dimension
    self.timeout = timeout
    self.startupTimeout = startupTimeout
  }

  enum CodingKeys: String, CodingKey {
    case program, arguments, version, dimension, timeout
    case startupTimeout = "startup_timeout"
  }

  /// Reads options by their snake-case names; program, version and dimension are required.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      program: try values.decode(String.self, forKey: .program),
      arguments: try values.decodeIfPresent([String].self, forKey: .arguments) ?? [],
      version: try values.decode(String.self, forKey: .version),
      dimension: try values.decode(Int.self, forKey: .dimension),
      timeout: try values.decodeIfPresent(Double.self, forKey: .timeout) ?? 60,
      startupTimeout: try values.decodeIfPresent(Double.self, forKey: .startupTimeout) ?? 120)
  }

  /// - Throws: `CommandError.options` that names the option and its bounds.
  public func validate() throws {
    guard !program.isEmpty else { throw CommandError.options("program is empty") }
    guard (1...65_536).contains(dimension) else {
      throw CommandError.options("dimension is \(dimension); take 1 to 65536")
    }
    guard timeout > 0, timeout <= 1e6, startupTimeout >= 0, startupTimeout <= 1e6 else {
      throw CommandError.options("timeout is \(timeout), startup_timeout \(startupTimeout); take seconds above 0")
    }
  }
}
