/// What a server says to publishers that must prove who they are when they connect.
///
/// No specification has it: it is the way of Flash Media Server (`authmod=adobe`) and of Limelight (`authmod=llnw`), which
/// FFmpeg, OBS and Wirecast know. Each step is a connection of its own, refused with
/// `NetConnection.Connect.Rejected` and one of these texts as the description:
///
/// 1. The client connects, and reads `needed`.
/// 2. It connects with `?authmod=adobe&user=U` behind the application, and reads `asked`.
/// 3. It connects with `&challenge=…&response=…&opaque=…` besides, and is let in, or reads `failed`.
public enum PublisherChallenge: String, Sendable, CaseIterable {
    /// Adobe's: MD5 twice, in Base64.
    case adobe
    /// Limelight's: MD5 as in HTTP's digest authentication (RFC 2617), in hexadecimal digits.
    case llnw

    /// The first refusal: a user name is wanted.
    public var needed: String { "[ AccessManager.Reject ] : [ code=403 need auth; authmod=\(rawValue) ] : " }

    /// The second refusal: a response is wanted.
    ///
    /// - Parameters:
    ///   - user: as the client gave it; must be free of `&`.
    ///   - salt: belongs to the user's password.
    ///   - nonce: belongs to this exchange.
    public func asked(user: String, salt: String, nonce: String) -> String {
        let head = "[ AccessManager.Reject ] : [ authmod=\(rawValue) ] : ?reason=needauth&user=\(user)"
        return switch self {
        // FFmpeg and librtmp answer to `opaque` where there is one, and return it.
        case .adobe: head + "&salt=\(salt)&challenge=\(nonce)&opaque=\(nonce)"
        case .llnw: head + "&nonce=\(nonce)"
        }
    }

    /// The last refusal: user or password is wrong.
    ///
    /// It is the same for both, so that nobody learns which users there are.
    public var failed: String { "[ AccessManager.Reject ] : [ authmod=\(rawValue) ] : ?reason=authfailed" }
}

/// What a password becomes for a challenge, so that the password itself need not be kept.
///
/// Whoever has these can publish, and find a password that can be guessed.
public struct PasswordProof: Sendable, Equatable {
    /// base64(md5(user ‖ salt ‖ password)).
    public var adobe: String
    /// hex(md5(user:live:password)).
    public var llnw: String

    /// Takes what was kept.
    public init(adobe: String, llnw: String) {
        self.adobe = adobe
        self.llnw = llnw
    }

    /// Makes the proof of a password.
    public init(user: String, salt: String, password: String) {
        adobe = MD5Text.base64(user + salt + password)
        llnw = MD5Text.hexadecimal("\(user):live:\(password)")
    }
}

/// What a publisher answers, as parameters behind the application.
public struct PublisherResponse: Sendable, Equatable {
    /// Which challenge it answers.
    public let challenge: PublisherChallenge
    /// The user name.
    public let user: String
    /// The server's own word, returned.
    public let nonce: String
    private let clientNonce: String
    private let count: String
    private let response: String

    /// Whether there is a response, and not only a user name.
    public var isComplete: Bool { !response.isEmpty }

    /// The longest user name, in bytes: 255, as stream names.
    public static let longestUser = 255

    /// Reads the parameters; `nil` where there is no such thing, or no usable user name.
    public init?(_ parameters: [(name: String, value: String)]) {
        func value(_ name: String) -> String { parameters.first { $0.name == name }?.value ?? "" }
        guard let challenge = PublisherChallenge(rawValue: value("authmod").lowercased()) else { return nil }
        user = value("user")
        guard (1...Self.longestUser).contains(user.utf8.count),
            user.utf8.allSatisfy({ (0x21...0x7E).contains($0) && ![UInt8](#"&?="[]"#.utf8).contains($0) })
        else { return nil }
        self.challenge = challenge
        response = value("response")
        switch challenge {
        case .adobe:
            nonce = value("opaque")
            clientNonce = value("challenge")
            count = ""
        case .llnw:
            nonce = value("nonce")
            clientNonce = value("cnonce")
            count = value("nc")
        }
    }

    /// Whether the response proves that the peer knows the password.
    ///
    /// - Parameter application: what the client connected to, without query.
    public func proves(_ proof: PasswordProof, application: String) -> Bool {
        let expected: String
        switch challenge {
        case .adobe:
            expected = MD5Text.base64(proof.adobe + nonce + clientNonce)
        case .llnw:
            // Both FFmpeg and librtmp name the instance that every application has.
            let instance = application.contains("/") ? "" : "/_definst_"
            let path = MD5Text.hexadecimal("publish:/\(application)\(instance)")
            expected = MD5Text.hexadecimal("\(proof.llnw):\(nonce):\(count):\(clientNonce):auth:\(path)")
        }
        return MD5Text.areEqual(expected, response)
    }
}
