/// A stage of a pipeline, its options checked: it says what it will make and does the work of one job at a time.
///
/// A stage is a value without state. All that its jobs share lies in committed files, so that any process that has the plan and
/// the workspace can do any job, and doing one twice is harmless.
public protocol Stage: Sendable {
  /// What the stage makes, known from its options and the types of its inputs.
  var output: ArtifactType { get }
}
