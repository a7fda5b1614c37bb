public import MediaModel

/// Why a live stream, a key or a token is not made.
public enum RegistrationFault: Error, Equatable, Sendable {
    /// A title has 1 to 200 visible characters.
    case title
    /// A label has 1 to 64 visible characters.
    case label
    /// A user name has 1 to 64 letters, digits, `.`, `_`, `-` and `@`.
    case user
    /// The application and the name make no path.
    case path(StreamPath.Fault)
    /// The name looks like a secret, or none could be found.
    case reservedName
    /// More ranges of addresses than a key may have.
    case tooManyAddresses
    /// What ends must end in the future.
    case past
}
