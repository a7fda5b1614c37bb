/// Why a command could not do what it was rightly asked for; it ends the program with status 1.
///
/// Wrong arguments are `ValidationError` instead, which shows how the command is used.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
