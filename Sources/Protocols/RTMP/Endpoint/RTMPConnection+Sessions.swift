import AMF
import EndpointCore
import FLV
import MediaModel
import NIOCore
import RTMPSession
import StreamHealth
import StreamHub
import TextCoding

/// What the session directory is told of a connection's publishing and playing.
extension RTMPConnection {
    /// Enters one of the things that the connection does.
    func enter(_ session: any OpenSession, _ role: SessionRole, _ path: StreamPath) -> UInt64? {
        guard let eventLoop = transport?.eventLoop else { return nil }
        return endpoint.configuration.sessions.enter(
            session, id: "\(id)", role: role, transport: protocolName, path: path, client: client, on: eventLoop)
    }

    /// Tells that the client has connected, unless it is gone by now: nobody would tell that it has left.
    func tellConnected(to application: String) {
        guard transport != nil, let client, connectedApplication == nil else { return }
        connectedApplication = application
        endpoint.configuration.sessions.connected(client, to: application)
    }

    /// Tells that it has left.
    func tellDisconnected() {
        guard let client, let application = connectedApplication else { return }
        connectedApplication = nil
        endpoint.configuration.sessions.disconnected(client, from: application)
    }

    /// Who the client is, by its connect command.
    func facts(of request: ConnectRequest) -> ClientFacts {
        var facts = ClientFacts(
            session: "\(id)", transport: protocolName, address: peerAddress, port: remoteAddress?.port,
            agent: agent ?? "")
        facts.tcURL = String(request.tcURL.fitting(utf8Bytes: Self.longestURL))
        facts.pageURL = Self.url(named: "pageUrl", in: request)
        facts.swfURL = Self.url(named: "swfUrl", in: request)
        return facts
    }

    /// Bytes that are kept of an address that a client sends.
    private static let longestURL = 512

    private static func url(named name: String, in request: ConnectRequest) -> String {
        String((request.properties[name]?.string ?? "").fitting(utf8Bytes: longestURL))
    }

    /// Takes it out again.
    func leave(_ number: UInt64?) {
        if let number { endpoint.configuration.sessions.leave(number) }
    }

    /// What the connection as a whole has carried.
    func reading(_ state: SessionReading.State) -> SessionReading {
        var reading = SessionReading(state: state)
        reading.bytesReceived = tally.bytesReceived
        reading.bytesSent = transport?.bytesWritten ?? 0
        reading.takesReconnectRequests = takesReconnectRequests
        return reading
    }
}

extension Publication: OpenSession {
    var reading: SessionReading? {
        guard let connection else { return nil }
        var reading = connection.reading(.publishing)
        reading.framesReceived = connection.tally.framesReceived
        reading.timestampMilliseconds = latestTimestamp.map(Int64.init)
        return reading
    }

    var line: LineFigures? { connection?.transport?.line }

    func end(because reason: String) {
        connection?.endPublication(self, code: .publishRejected, because: reason)
    }

    func requestReconnect(to url: String?, because reason: String) -> Bool {
        connection?.requestReconnect(to: url, because: reason) ?? false
    }
}

extension Playback: OpenSession {
    var reading: SessionReading? {
        guard let viewer else { return nil }
        let state: SessionReading.State =
            isPaused ? .paused : viewer.isStalled ? .stalled : viewer.lagMilliseconds == nil ? .waiting : .playing
        var reading = connection.reading(state)
        reading.framesSent = max(0, viewer.tally.frames - filter.leftOutFrames)
        reading.framesLost = viewer.tally.lostFrames
        reading.lagMilliseconds = viewer.lagMilliseconds
        reading.timestampMilliseconds = viewer.timestampMilliseconds
        if !omitted.isEmpty { reading.omittedTracks = omitted.map(\.description) }
        return reading
    }

    var line: LineFigures? { viewer == nil ? nil : connection.transport?.line }

    func end(because reason: String) {
        guard viewer != nil else { return }
        connection.note(reason: reason)
        if hasBegun {
            connection.perform(.sendStatus(messageStreamID: messageStreamID, code: .playFailed, description: reason))
            connection.perform(.close)
        } else {
            connection.perform(.rejectPlay(requestID, code: .playFailed, description: reason))
        }
    }

    func requestReconnect(to url: String?, because reason: String) -> Bool {
        viewer != nil && connection.requestReconnect(to: url, because: reason)
    }
}
