import ByteCoding
public import NIOCore

extension AV1OBUs {
    /// Whether a decoder can start with this temporal unit: a key frame that is shown, with its sequence header in the
    /// unit or in the record.
    ///
    /// The first frame header tells (AV1 §5.9.2); a stream of still pictures has nothing but key frames.
    public var isKeyFrame: Bool {
        for unit in self {
            switch unit.type {
            case .sequenceHeader:
                if let header = try? AV1SequenceHeader(parsing: unit.payload), header.hasReducedHeader { return true }
            case .frame, .frameHeader:
                guard let first = unit.payload.getInteger(at: unit.payload.readerIndex, as: UInt8.self) else {
                    return false
                }
                // show_existing_frame 0, frame_type 00, show_frame 1.
                return first & 0b1111_0000 == 0b0001_0000
            default: continue
            }
        }
        return false
    }

    /// The first sequence header of the unit, its OBU with header and size.
    public var sequenceHeader: AV1OBU? {
        first { $0.type == .sequenceHeader }
    }
}

extension ByteBuffer {
    /// The temporal unit without temporal delimiters and padding, as FLV and ISO BMFF carry it ("AV1 Codec ISO Media
    /// File Format Binding" §2.4); a slice of the same bytes where nothing stood between others.
    ///
    /// What is no OBU stays as it is.
    public func withoutAV1TemporalDelimiters() -> ByteBuffer {
        var units = AV1OBUs(self)
        var leading = 0
        var isFirst = true
        while let unit = units.next() {
            let isLeftOut = unit.type.isLeftOutOfFiles
            if isLeftOut, isFirst { leading += unit.bytes.readableBytes } else { isFirst = false }
            if isLeftOut, !isFirst { return filteringAV1TemporalDelimiters() }
        }
        guard leading > 0 else { return self }
        return getSlice(at: readerIndex + leading, length: readableBytes - leading) ?? self
    }

    private func filteringAV1TemporalDelimiters() -> ByteBuffer {
        var result = ByteBuffer()
        var units = AV1OBUs(self)
        var length = 0
        while let unit = units.next() {
            length += unit.bytes.readableBytes
            if !unit.type.isLeftOutOfFiles { result.writeImmutableBuffer(unit.bytes) }
        }
        result.writeImmutableBuffer(getSlice(at: readerIndex + length, length: readableBytes - length) ?? ByteBuffer())
        return result
    }
}

extension AV1OBUType {
    fileprivate var isLeftOutOfFiles: Bool { self == .temporalDelimiter || self == .padding }
}
