public import EndpointCore
public import MediaModel
public import StreamHealth
import TextCoding

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Something that happened, before it is put into anybody's form.
public struct HookNotice: Sendable {
    /// What happened.
    public enum Kind: Sendable {
        case connect
        case disconnect
        case publish
        case publishEnd(Carried)
        case play
        case playEnd(Carried)
        case record(RecordedFile)
        case recordEnd(RecordedFile)
        case recordFailed(RecordedFile)
        case findingRaised(HealthFinding)
        case findingCleared(HealthFinding)
        case hookFailed(HookFailure)
        /// Somebody tries whether a webhook works.
        case test
    }

    /// What a session has carried by its end.
    public struct Carried: Sendable, Equatable {
        /// How long it lasted, in seconds.
        public var seconds: Double
        /// Bytes that came from the client.
        public var bytesReceived: Int
        /// Bytes that were sent to it.
        public var bytesSent: Int

        /// Makes a sum.
        public init(seconds: Double, bytesReceived: Int = 0, bytesSent: Int = 0) {
            self.seconds = seconds
            self.bytesReceived = bytesReceived
            self.bytesSent = bytesSent
        }
    }

    /// The file of a recording.
    public struct RecordedFile: Sendable, Equatable {
        /// The recording's name in the API.
        public var id: String
        /// The folder of all recordings, an absolute path.
        public var folder: String
        /// The file, from the folder on.
        public var file: String
        /// What it is written in, such as `fmp4`.
        public var format: String
        /// What it has come to; `nil` for one that begins.
        public var outcome: Outcome?

        /// What a file has come to.
        public struct Outcome: Sendable, Equatable {
            /// Why it ended.
            public var reason: String
            /// How much media it has, in seconds.
            public var seconds: Double
            /// Bytes of it.
            public var bytes: Int
            /// Frames that it lacks because the disk did not keep up.
            public var lostFrames: Int

            /// Describes an outcome.
            public init(reason: String, seconds: Double, bytes: Int, lostFrames: Int) {
                self.reason = reason
                self.seconds = seconds
                self.bytes = bytes
                self.lostFrames = lostFrames
            }
        }

        /// Describes a file.
        public init(id: String, folder: String, file: String, format: String, outcome: Outcome? = nil) {
            self.id = id
            self.folder = folder
            self.file = file
            self.format = format
            self.outcome = outcome
        }

        /// Where it is.
        var path: String { "\(folder)/\(file)" }
    }

    /// Tells this notice from every other, for receivers that get it twice.
    public let id: String
    /// When it happened.
    public let time: Date
    /// What happened.
    public let kind: Kind
    /// The application that it concerns.
    public let application: String?
    /// The stream that it concerns.
    public let path: StreamPath?
    /// Who did it; its session is that of every notice of one client.
    public let client: ClientFacts?
    /// The name that the client asked for, where a hook gave it another.
    public var askedName: String?

    /// Makes a notice of something that happens now.
    public init(
        _ kind: Kind, application: String? = nil, path: StreamPath? = nil, client: ClientFacts? = nil,
        askedName: String? = nil
    ) {
        self.init(
            kind, id: ChanceText.id("evt"), time: Date(), application: application, path: path, client: client,
            askedName: askedName)
    }

    init(
        _ kind: Kind, id: String, time: Date, application: String? = nil, path: StreamPath? = nil,
        client: ClientFacts? = nil, askedName: String? = nil
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.application = path?.application ?? application
        self.path = path
        self.client = client
        self.askedName = askedName
    }
}

/// That a hook does not do what it is there for.
public struct HookFailure: Sendable, Equatable {
    /// What the hook is there for.
    public enum Duty: String, Sendable {
        /// Being told what happens.
        case delivery
        /// Being asked about publishers.
        case publish = "admission.publish"
        /// Being asked about players.
        case play = "admission.play"
        /// Being asked whether sessions may go on.
        case update = "admission.update"
    }

    /// What it is there for.
    public var duty: Duty
    /// The webhook's name, or the address up to its query.
    public var hook: String
    /// What is wrong, in words.
    public var reason: String
    /// Events that were given up for it since it was last said; 0 where none were.
    public var dropped = 0
}
