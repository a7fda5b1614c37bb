import MediaModel
import NIOCore

/// When what has come is written: with each group of pictures, and often enough where those are long.
struct BlockRhythm {
    /// Bytes of frames and messages that wait at most: 16 MiB, two seconds at 64 Mbit/s.
    static let mostBytes = 16 << 20
    /// Frames and messages that wait at most: 20,000, more than two seconds of many tracks.
    static let mostElements = 20_000

    /// A group of pictures that begins sooner goes along with the one before, in milliseconds.
    private let least: Int64
    /// What is written without regard to groups, in milliseconds.
    private let most: Int64
    private var start: Int64?
    private var isStartOfPilot = false
    private var bytes = 0
    private var frames = 0
    private var messages = 0

    init(_ format: RecordingFormat) {
        switch format {
        // Short fragments cost, and players seek by them.
        case .fragmentedMP4: (least, most) = (250, 2_000)
        case .flv: (least, most) = (0, 500)
        }
    }

    /// Whether as much waits as may.
    var isFull: Bool { bytes >= Self.mostBytes || frames + messages >= Self.mostElements }

    /// Whether what came before this frame is to be written now.
    func isDue(before frame: MediaFrame, isPilot: Bool) -> Bool {
        if isFull { return true }
        guard let start else { return false }
        let span = Self.time(of: frame) - start
        guard isPilot else { return span >= 2 * most }
        return span >= most || (frame.track.kind == .video && frame.isSync && frames > 0 && span >= least)
    }

    /// Counts a frame that waits.
    mutating func take(_ frame: MediaFrame, isPilot: Bool) {
        if start == nil || (isPilot && !isStartOfPilot) {
            start = Self.time(of: frame)
            isStartOfPilot = isPilot
        }
        bytes += frame.payload.readableBytes
        frames += 1
    }

    /// Counts a message that waits.
    mutating func take(_ message: DataMessage) {
        bytes += message.payload.readableBytes
        messages += 1
    }

    /// Begins anew.
    mutating func reset() {
        start = nil
        isStartOfPilot = false
        bytes = 0
        frames = 0
        messages = 0
    }

    static func time(of frame: MediaFrame) -> Int64 {
        frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
    }
}
