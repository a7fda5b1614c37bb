import EndpointCore
import FLV
import NIOCore
import NIOFileSystem
import NIOHTTP1
import NIOPosix
import RTMPSession

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a command reads from or talks to: the one place where what goes wrong with it is put into words.
enum CommandSubject {
    /// A file, by its path.
    case file(String)
    /// A server that is to send FLV over HTTP.
    case http(HTTPAddress)
    /// An RTMP server.
    case rtmp(RTMPURL)

    /// What a command ends with when `error` came of its subject.
    func failure(_ error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let fault as FLVFault: CommandFailure(words(for: fault))
        case let error as FileSystemError: CommandFailure("\(name) cannot be read: \(Self.reason(of: error))")
        default: CommandFailure(words(forConnection: error))
        }
    }

    /// What a command ends with when the connection ended before anything was said in its protocol.
    var silence: CommandFailure {
        switch self {
        case .file(let path): CommandFailure("\(path) is empty")
        case .http: CommandFailure("\(place) closed the connection without a word of HTTP")
        case .rtmp: CommandFailure("\(place) closed the connection without a word of RTMP")
        }
    }

    /// As its user knows it, without what may be secret.
    private var name: String {
        switch self {
        case .file(let path): path
        case .http(let address): address.description
        case .rtmp(let url): url.description
        }
    }

    /// Host and port, as they stand in an address.
    private var place: String {
        switch self {
        case .file(let path): path
        case .http(let address): address.authority
        case .rtmp(let url): url.host.contains(":") ? "[\(url.host)]:\(url.port)" : "\(url.host):\(url.port)"
        }
    }
}

// MARK: Files

extension CommandSubject {
    private func words(for fault: FLVFault) -> String {
        switch (self, fault) {
        case (.file(let path), .notFLV): Self.noFLV(path)
        case (_, .notFLV): "\(name) does not answer with FLV; a stream's FLV address ends in .flv"
        case (_, .unsupportedVersion(let version)): "\(name) is FLV of version \(version), and there is only version 1"
        case (_, .headerTooLong(let bytes)): "\(name) is damaged: its header is said to have \(bytes) bytes"
        case (_, .tagTooLong(let bytes)): "\(name) is damaged: a tag is said to have \(bytes) bytes"
        default: "\(name) is damaged"
        }
    }

    /// What to do with a file of another format; nothing helps one that only has the name of the right one.
    private static func noFLV(_ path: String) -> String {
        let file = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        let dot = file.lastIndex(of: ".") ?? file.endIndex
        guard dot != file.startIndex, file[dot...].lowercased() != ".flv" else { return "\(path) is no FLV file" }
        let made = word("\(path[..<dot]).flv")
        return "\(path) is no FLV file; ffmpeg makes one: ffmpeg -i \(word(path)) -c copy \(made)"
    }

    /// A path as a shell takes it for one word.
    private static func word(_ path: String) -> String {
        let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,:@%".contains($0) }
        return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
    }

    private static func reason(of error: FileSystemError) -> String {
        switch error.code {
        case .notFound: "no such file"
        case .permissionDenied: "no permission"
        default: "it is a folder, or the disk fails"
        }
    }
}

// MARK: Servers

extension CommandSubject {
    private func words(forConnection error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: words(for: error)
        case let error as SocketAddressError.UnknownHost: unknownHost(error)
        case let failure as SecurityFailure: words(for: failure)
        case ChannelError.connectTimeout(_): "\(place) does not answer"
        case is ChannelError: "\(place) closed the connection"
        case let error as IOError: words(for: error)
        case is HTTPParserError: "\(place) does not speak HTTP"
        default: "\(name): \(error)"
        }
    }

    private func words(for error: NIOConnectionError) -> String {
        // Of a name's addresses, the one where somebody answered at all tells most.
        let attempts = error.connectionErrors.map(\.error)
        let refused = attempts.first { ($0 as? IOError)?.errnoCode == ECONNREFUSED }
        if let attempt = refused ?? attempts.first { return words(forConnection: attempt) }
        if let unknown = (error.dnsAError ?? error.dnsAAAAError) as? SocketAddressError.UnknownHost {
            return unknownHost(unknown)
        }
        return "\(place) does not answer"
    }

    private func unknownHost(_ error: SocketAddressError.UnknownHost) -> String {
        "the host \(error.host) is not found: \(error.errorDescription)"
    }

    private func words(for error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "nobody listens at \(place)"
        case ECONNRESET, EPIPE: "\(place) closed the connection"
        case let code: "\(place) cannot be reached: \(String(cString: strerror(code)))"
        }
    }

    private func words(for failure: SecurityFailure) -> String {
        switch failure.reason {
        case .untrusted:
            "the certificate of \(place) is not trusted, or is for another name: name its authority with --ca FILE, "
                + "or take --insecure for a trial"
        case .notEncrypted: "there is no TLS at \(place): take the server's port for it"
        case .other: "\(place): \(failure)"
        }
    }
}
