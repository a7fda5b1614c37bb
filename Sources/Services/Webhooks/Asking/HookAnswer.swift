import ConfigurationReading

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What an admission hook answered.
enum HookAnswer: Sendable, Equatable {
    /// The wish is granted.
    case allow
    /// It is granted under another name in the same application.
    case rename(String)
    /// It is not granted, for this reason where one was given.
    case deny(String?)
    /// No such answer is understood.
    case notUnderstood(HookFault)
}

extension HookAnswer {
    /// Reads an answer.
    init(_ response: HookResponse, as format: ServerConfiguration.HookFormat) {
        switch format {
        case .swiftwater: self = Self.own(response)
        case .nginxRTMP: self = Self.nginx(response)
        case .srs: self = Self.srs(response)
        }
    }

    /// Reads the answer to the question whether a session may go on.
    ///
    /// Of nginx-rtmp's back ends everything but 2xx ends it.
    init(toUpdate response: HookResponse, as format: ServerConfiguration.HookFormat) {
        switch format {
        case .nginxRTMP: self = (200...299).contains(response.status) ? .allow : .deny(nil)
        case .swiftwater, .srs: self.init(response, as: format)
        }
    }

    // MARK: Our own form

    /// `{"allow": true}`, `{"allow": true, "name": "other"}`, `{"allow": false, "reason": "…"}`; nothing at all with 200 or
    /// 204 allows, and 4xx denies whatever it carries.
    private struct Own: Decodable {
        var allow: Bool?
        var name: String?
        var reason: String?
    }

    private static func own(_ response: HookResponse) -> HookAnswer {
        // Where the status decides, a body that is too long, or no JSON, has no reason to tell.
        let words = response.body.flatMap { try? JSONDecoder().decode(Own.self, from: Data($0)) }
        switch response.status {
        case 200...299: break
        case 400...499: return .deny(words?.reason)
        default: return .notUnderstood(.status(response.status))
        }
        guard let body = response.body else { return .notUnderstood(.answerTooLong) }
        if body.isEmpty { return .allow }
        guard let words, let allow = words.allow else { return .notUnderstood(.answerNotUnderstood) }
        guard allow else { return .deny(words.reason) }
        return words.name.map { .rename($0) } ?? .allow
    }

    // MARK: nginx-rtmp

    /// 2xx allows, 3xx with `Location` renames, 4xx denies.
    private static func nginx(_ response: HookResponse) -> HookAnswer {
        switch response.status {
        case 200...299: .allow
        case 300...399: response.location.map(renamed) ?? .allow
        case 400...499: .deny(nil)
        default: .notUnderstood(.status(response.status))
        }
    }

    /// The name in a `Location`: the text itself, or the last part of an address that a web framework made of it.
    private static func renamed(_ location: String) -> HookAnswer {
        let lowercased = location.lowercased()
        // Nginx would relay the stream to there.
        guard !lowercased.hasPrefix("rtmp") || !location.contains("://") else {
            return .notUnderstood(.redirectElsewhere)
        }
        var name = location.prefix { $0 != "?" && $0 != "#" }
        if let scheme = ["http://", "https://"].first(where: { lowercased.hasPrefix($0) }) {
            name = name.dropFirst(scheme.count)
            guard let slash = name.lastIndex(of: "/") else { return .notUnderstood(.redirectElsewhere) }
            name = name[name.index(after: slash)...]
        }
        name = name.drop { $0 == "/" }
        return name.isEmpty ? .notUnderstood(.answerNotUnderstood) : .rename(String(name))
    }

    // MARK: SRS

    private struct SRSAnswer: Decodable {
        var code: Int
        var msg: String?
    }

    /// 200 with `0` or `{"code": 0}` allows; another code, and 4xx, deny.
    private static func srs(_ response: HookResponse) -> HookAnswer {
        switch response.status {
        case 200: break
        case 400...499: return .deny(nil)
        default: return .notUnderstood(.status(response.status))
        }
        guard let body = response.body else { return .notUnderstood(.answerTooLong) }
        let text = String(decoding: body, as: UTF8.self).filter { !$0.isWhitespace }
        if let code = Int(text) { return code == 0 ? .allow : .deny(nil) }
        // Whatever else it is, SRS does not understand it either.
        guard let answer = try? JSONDecoder().decode(SRSAnswer.self, from: Data(body)) else {
            return .notUnderstood(.answerNotUnderstood)
        }
        return answer.code == 0 ? .allow : .deny(answer.msg)
    }
}

extension HookAnswer {
    /// Characters of a reason: 200, a line on a screen.
    private static let longestReason = 200

    /// A hook's words as they may reach a client: on one line, and not for ever.
    static func reason(_ text: String?) -> String {
        let line = String((text ?? "").prefix(longestReason).map { $0.isNewline || $0.isControl ? " " : $0 })
        return line.allSatisfy(\.isWhitespace) ? "the server's operator does not allow this" : line
    }
}

extension Character {
    fileprivate var isControl: Bool { unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) } }
}
