/// What reading an entry's content may end in: the entry is bad, or nothing more can be read.
enum EntryFailure: Error {
  case entry(RejectCode, String)
  case archive(ArchiveError)
}
