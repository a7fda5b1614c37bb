import Foundation
import NIOCore
import ServerAssembly
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Server: other settings while somebody plays")
struct ReconfigurationTests {
    private static func closing(after time: String) -> String {
        """
        rtmp: { idle-timeout: 10m }
        apps: { live: { read-pace: 0s, slow-viewer: { close-after: \(time), window-duration: 1s } } }
        """
    }

    private struct Sessions: Decodable {
        struct Session: Decodable { let state: String }
        let sessions: [Session]
    }

    private struct Streams: Decodable { let total: Int }

    /// What the API tells.
    private func ask<Answer: Decodable>(_ path: String, of server: RunningServer) async throws -> Answer {
        let (data, _) = try await URLSession.shared.data(from: try server.http("/api/v1" + path))
        return try JSONDecoder().decode(Answer.self, from: data)
    }

    @Test(
        "a viewer who stalls is closed after the time that is set now",
        arguments: [Publishing.goesOn, .isSilent, .hasEnded])
    func stalledViewer(then publishing: Publishing) async throws {
        try await RunningServer.with(document: Self.closing(after: "10m")) { server, reload in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let stalled = try await RawConnection.open(to: server.addresses.rtmp)
            try await stalled.withoutReading([
                RawConnection.handshake, RawConnection.connect, RawConnection.createStream, RawConnection.play("show"),
            ]) {
                try await eventually("the viewer stalls") {
                    try await publisher.sendGroup(of: 25, padding: 20_000)
                    let answer: Sessions = try await ask("/sessions?role=player", of: server)
                    return answer.sessions.map(\.state) == ["stalled"]
                }
                if publishing == .hasEnded {
                    await publisher.end()
                    try await eventually("the stream has ended") {
                        let answer: Streams = try await ask("/streams", of: server)
                        return answer.total == 0
                    }
                }
                try await reload(Self.closing(after: "1s"))
                try await eventually("the stalled viewer is closed") {
                    if publishing == .goesOn { try await publisher.sendGroup(of: 25, padding: 20_000) }
                    return server.closingReasons.contains("the viewer took nothing for too long")
                }
            }
            if publishing != .hasEnded { await publisher.end() }
        }
    }

    /// What the publisher does after the change.
    enum Publishing: String, CustomTestStringConvertible {
        case goesOn, isSilent, hasEnded
        var testDescription: String { rawValue }
    }
}
