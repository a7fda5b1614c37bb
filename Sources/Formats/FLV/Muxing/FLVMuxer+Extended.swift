import ByteCoding
import MediaModel
import NIOCore

/// Tags of Enhanced RTMP.
extension FLVMuxer {
    func writeExtendedHeader(
        of frame: MediaFrame, _ fourCC: FourCC, decodeTime: Int64, into prefix: inout ByteBuffer
    ) {
        let nanoseconds = frame.presentationNanoseconds
        let modEx = capabilities.takesNanoseconds && nanoseconds > 0 ? [ModEx(nanoseconds: nanoseconds)] : []
        let id = frame.track.id
        switch id.kind {
        case .audio:
            ExAudioTagHeader(packetType: .codedFrames, modEx: modEx, layout: .init(fourCC, of: id)).write(into: &prefix)
            writeTrackID(id, into: &prefix)
        case .video:
            let compositionTime =
                fourCC.hasCompositionTime ? Self.compositionTime(of: frame, decodeTime: decodeTime) : 0
            // Only codings with a composition time have a packet type that leaves it out.
            let leavesOut = fourCC.hasCompositionTime && compositionTime == 0
            ExVideoTagHeader(
                frameType: Self.frameType(of: frame), modEx: modEx,
                packetType: leavesOut ? .codedFramesX : .codedFrames, layout: .init(fourCC, of: id)
            ).write(into: &prefix)
            writeTrackID(id, into: &prefix)
            if compositionTime != 0 { prefix.writeUInt24(UInt32(bitPattern: compositionTime)) }
        }
    }

    /// A tag about a track that holds no frame: `payload` behind the header that fits.
    func extendedTag(
        _ track: Track, _ fourCC: FourCC, audio: ExAudioTagHeader.PacketType, video: ExVideoTagHeader.PacketType,
        frameType: VideoTagHeader.FrameType = .key, at timestamp: Int64, payload: ByteBuffer
    ) -> FLVTagParts {
        var prefix = ByteBuffer()
        let layout = ExTrackLayout(fourCC, of: track.id)
        switch track.kind {
        case .audio: ExAudioTagHeader(packetType: audio, layout: layout).write(into: &prefix)
        case .video: ExVideoTagHeader(frameType: frameType, packetType: video, layout: layout).write(into: &prefix)
        }
        writeTrackID(track.id, into: &prefix)
        return FLVTagParts(track.kind, at: timestamp, prefix: prefix, payload: payload)
    }

    private func writeTrackID(_ id: Track.ID, into prefix: inout ByteBuffer) {
        if id.number != 0 { prefix.writeInteger(id.number) }
    }
}

extension ExTrackLayout {
    /// The layout of a message about one track: without multitrack where that can be.
    fileprivate init(_ fourCC: FourCC, of id: Track.ID) {
        self = id.number == 0 ? .defaultTrack(fourCC) : .oneTrack(fourCC)
    }
}
