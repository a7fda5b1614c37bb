import FLV
import MediaModel
import NIOCore
import TestSupport

/// Feeds a demuxer and keeps what comes out.
struct Demuxing {
    var demuxer = FLVDemuxer()
    private(set) var elements: [StreamElement] = []

    mutating func video(_ hex: String, at timestamp: UInt32 = 0) {
        demuxer.demux(type: .video, timestampMilliseconds: timestamp, body: ByteBuffer(hex: hex), into: &elements)
    }

    mutating func audio(_ hex: String, at timestamp: UInt32 = 0) {
        demuxer.demux(type: .audio, timestampMilliseconds: timestamp, body: ByteBuffer(hex: hex), into: &elements)
    }

    mutating func data(_ body: ByteBuffer, at timestamp: UInt32 = 0) {
        demuxer.demux(type: .scriptData, timestampMilliseconds: timestamp, body: body, into: &elements)
    }

    mutating func take(_ parts: FLVTagParts) {
        demuxer.demux(
            type: parts.type, timestampMilliseconds: parts.timestampMilliseconds, body: parts.body, into: &elements)
    }

    /// The sets of tracks that were told.
    var trackSets: [[Track]] {
        elements.compactMap { if case .tracks(let tracks) = $0 { tracks } else { nil } }
    }

    var frames: [MediaFrame] {
        elements.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
    }

    var metadata: [DataMessage] {
        elements.compactMap { if case .metadata(let message) = $0 { message } else { nil } }
    }

    var data: [DataMessage] {
        elements.compactMap { if case .data(let message) = $0 { message } else { nil } }
    }
}

/// Bodies as encoders send them.
enum Bodies {
    static let avcRecord = "0142c00affe100166742c00ada11ec044000000300400000300283c489a801000468ce0fc8"
    static let avcHeader = "1700000000" + avcRecord
    static let idrPayload = "000000106588843a26280c9c9c9d75d75d75d75e"
    static let idrFrame = "1701000000" + idrPayload
    static let interPayload = "00000006419a2015a1b0"
    static let interFrame = "2701000000" + interPayload
    static let aacHeader = "af001210"
    static let aacFrame = "af01211004608c1c"
    static let hevcRecord = """
        0101600000009000000000001ef000fcfdf8f800000f03200001001840010c01ffff0160000003009000000300000300
        1e913024210001002742010101600000030090000003000003001ea0420859644ee4caf0168080000003008000000504
        22000100064401c173d089
        """.filter { $0 != "\n" }
    static let parameterSets = "000000166742c00ada11ec044000000300400000300283c489a80000000468ce0fc8"
}
