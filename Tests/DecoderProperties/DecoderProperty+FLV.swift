import AMF
import CodecParsing
import FLV
import MediaModel
import NIOCore

extension DecoderProperty {
    /// `FLVFileReader` and `FLVDemuxer`: however the file is cut, the same tags come out; what is made of them is fit for
    /// those behind it; and a file muxed of that, for players of old and for those of Enhanced RTMP, holds the same
    /// frames and messages.
    public static let flv = DecoderProperty("FLV") { bytes in
        try requireSame(bytes, "an FLV file does not depend on the cutting") { FileOutcome($0) }
        let elements = demuxed(FileOutcome([bytes]).tags)
        try checkFitness(elements)
        for muxer in muxers {
            let outcome = FileOutcome([muxed(elements, by: muxer)])
            try require(outcome.fault == nil, "what the muxer makes is no fault")
            try require(
                contents(demuxed(outcome.tags), by: muxer) == contents(elements, by: muxer),
                "frames and messages are read as they were muxed")
        }
    }

    private static let muxers = [
        FLVMuxer(),
        FLVMuxer(capabilities: .enhanced(multitrack: true, nanoseconds: true, videoMetadata: true)),
    ]

    private static func demuxed(_ tags: [FLVTag]) -> [StreamElement] {
        var demuxer = FLVDemuxer()
        var elements: [StreamElement] = []
        for tag in tags {
            demuxer.demux(
                type: tag.type, timestampMilliseconds: tag.timestampMilliseconds, body: tag.body, into: &elements)
        }
        return elements
    }

    private static func checkFitness(_ elements: [StreamElement]) throws {
        var current: [Track] = []
        for element in elements {
            switch element {
            case .tracks(let tracks):
                try require(zip(tracks, tracks.dropFirst()).allSatisfy { $0.id < $1.id }, "tracks are in order")
                current = tracks
            case .frame(let frame):
                try require(current.contains { $0 === frame.track }, "a frame belongs to a track that was announced")
                try require(frame.payload.readableBytes > 0, "a frame holds something")
                let record = frame.track.configuration.record
                let nalUnitLength: NALUnitLength
                switch frame.track.codec {
                case .h264: nalUnitLength = try AVCDecoderConfigurationRecord(parsing: record).nalUnitLength
                case .h265: nalUnitLength = try HEVCDecoderConfigurationRecord(parsing: record).nalUnitLength
                case .h266: nalUnitLength = try VVCDecoderConfigurationRecord(parsing: record).nalUnitLength
                default: continue
                }
                let units = LengthPrefixedNALUnits(frame.payload, nalUnitLength: nalUnitLength)
                try require(units.isWellFormed, "a frame of NAL units is made of whole ones")
            case .metadata(nil): continue
            case .metadata(let message?), .data(let message):
                try require(message.name != "@setDataFrame", "a message does not bear its envelope's name")
                try require(
                    AMF0Decoder.leadingString(of: message.payload) == message.name, "a message begins with its name")
            case .discontinuity: continue
            }
        }
    }

    private static func muxed(_ elements: [StreamElement], by muxer: FLVMuxer) -> ByteBuffer {
        var bytes = ByteBuffer()
        FLVFileHeader(hasAudio: true, hasVideo: true).write(into: &bytes)
        for element in elements {
            switch element {
            case .tracks(let tracks):
                for parts in tracks.flatMap({ muxer.headers(for: $0, timestampMilliseconds: 0) }) {
                    bytes.writeFLVTag(parts)
                }
            case .frame(let frame):
                if !frame.isAmbiguous, let parts = muxer.parts(for: frame) { bytes.writeFLVTag(parts) }
            case .metadata(nil): continue
            case .metadata(let message?), .data(let message): bytes.writeFLVTag(muxer.parts(for: message))
            case .discontinuity: continue
            }
        }
        return bytes
    }

    /// Frames and messages; when tracks are announced may differ, since the muxer chooses the flags of sound anew.
    private static func contents(_ elements: [StreamElement], by muxer: FLVMuxer) -> [Content] {
        elements.compactMap { element in
            switch element {
            case .frame(let frame):
                frame.isAmbiguous ? nil : muxer.parts(for: frame).map { _ in Content(frame, for: muxer) }
            case .metadata(let message?), .data(let message): Content(message)
            case .tracks, .metadata(nil), .discontinuity: nil
            }
        }
    }
}

/// What has to come out of a muxed file as it went in.
private struct Content: Equatable {
    var id: Track.ID?
    var codec: Codec?
    var record = ByteBuffer()
    var timestamp: UInt32
    var compositionOffset: Int32 = 0
    var nanoseconds: UInt32 = 0
    var isSync = false
    var payload: ByteBuffer

    init(_ frame: MediaFrame, for muxer: FLVMuxer) {
        id = frame.track.id
        codec = frame.track.codec
        // Sound that describes itself is described anew by the first frame behind each header.
        let isSelfDescribing = [.ac3, .eac3, .opus].contains(frame.track.codec)
        record = isSelfDescribing ? ByteBuffer() : frame.track.configuration.record
        timestamp = UInt32(truncatingIfNeeded: frame.decodeTime)
        // The new form has a composition time for three codings alone, the old one nanoseconds for none.
        let isExtended = !muxer.capabilities.codecs.isEmpty
        let hasCompositionTime = FourCC(frame.track.codec)?.hasCompositionTime ?? true
        compositionOffset = isExtended && !hasCompositionTime ? 0 : frame.compositionOffset
        nanoseconds = isExtended && FourCC(frame.track.codec) != nil ? frame.presentationNanoseconds : 0
        isSync = frame.isSync
        payload = frame.payload
    }

    init(_ message: DataMessage) {
        timestamp = UInt32(truncatingIfNeeded: message.timestampMilliseconds)
        payload = message.payload
    }
}

extension MediaFrame {
    /// Whether a demuxer would take this raw AAC frame for one behind an ADTS header, or these bytes, which are no AV1,
    /// for a composition time before AV1.
    fileprivate var isAmbiguous: Bool {
        switch track.codec {
        case .aac: ADTSHeader(parsing: payload) != nil
        case .av1: [0, 0xFF].contains(payload.getInteger(at: payload.readerIndex, as: UInt8.self))
        default: false
        }
    }
}

/// What a reader of files made of some bytes.
private struct FileOutcome: Equatable {
    var tags: [FLVTag] = []
    var skippedTagCount = 0
    var fault: FLVFault?

    init(_ pieces: [ByteBuffer]) {
        var reader = FLVFileReader()
        do throws(FLVFault) {
            for piece in pieces {
                reader.append(piece)
                while let tag = try reader.nextTag() { tags.append(tag) }
            }
        } catch {
            fault = error
        }
        skippedTagCount = reader.skippedTagCount
    }
}
