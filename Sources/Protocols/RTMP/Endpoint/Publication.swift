import EndpointCore
import FLV
import MediaModel
import NIOCore
import RTMPSession
import StreamHub

/// A stream that a connection publishes.
final class Publication {
    let requestID: RTMPRequestID
    let messageStreamID: UInt32
    let port: PublisherPort
    /// Until the end, and so not for ever: a weak reference would make every use of the connection a slow one.
    private(set) var connection: RTMPConnection?
    private var sessionNumber: UInt64?
    var demuxer = FLVDemuxer()
    /// The timestamp of the message that came last.
    var latestTimestamp: UInt32?

    init(_ request: PublishRequest, port: PublisherPort, connection: RTMPConnection) {
        self.connection = connection
        requestID = request.id
        messageStreamID = request.messageStreamID
        self.port = port
        port.setDelay(connection.readDelay)
        sessionNumber = connection.enter(self, .publisher, port.stream.path)
    }

    /// How late the publisher may be read now.
    var pace: TimeAmount {
        guard let pace = connection?.endpoint.configuration.readPace(port.stream.path.application) else { return .zero }
        return port.isWatched ? pace.watched : pace.unwatched
    }

    /// Tags that could not be understood.
    var skippedTags: Int { demuxer.skippedTagCount }

    /// The publisher takes back what it said of the stream (`@clearDataFrame`).
    func clearMetadata() {
        port.publish([.metadata(nil)])
    }

    func end(_ ending: StreamEnding) {
        connection?.leave(sessionNumber)
        connection = nil
        port.end(ending)
    }
}
