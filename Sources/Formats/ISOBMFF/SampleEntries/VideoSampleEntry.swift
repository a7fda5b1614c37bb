import MediaModel
import NIOCore

/// A visual sample entry with its decoder configuration record (ISO/IEC 14496-12 §12.1.3).
struct VideoSampleEntry {
    /// Bytes of a visual sample entry before the boxes inside.
    static let fieldsLength = 78
    /// `configurationVersion` of `HEVCDecoderConfigurationRecord` (ISO/IEC 14496-15 §8.3.2.1).
    private static let hevcRecordVersion: UInt8 = 1

    let coding: PictureCoding
    let width: UInt16
    let height: UInt16
    let record: ByteBuffer
    let appearance: PictureAppearance

    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        guard let coding = PictureCoding.of(configuration.codec) else {
            throw .unsupportedCodec(configuration.codec)
        }
        record = try configuration.usableRecord
        guard let format = configuration.video else { throw .formatUnknown(configuration.codec) }
        guard let width = UInt16(exactly: format.width), let height = UInt16(exactly: format.height),
            width > 0, height > 0
        else { throw .pictureSizeOutOfRange(width: format.width, height: format.height) }
        self.coding = coding
        self.width = width
        self.height = height
        appearance = PictureAppearance(format)
    }

    /// How large the picture is shown, in 16.16 fixed point: as wide as its samples are.
    var displaySize: (width: UInt32, height: UInt32) {
        let height = UInt32(height) << 16
        guard let ratio = appearance.sampleAspectRatio else { return (UInt32(width) << 16, height) }
        return (UInt32(clamping: (UInt64(width) << 16) * UInt64(ratio.width) / UInt64(ratio.height)), height)
    }

    func write(into stsd: inout ByteBuffer) {
        stsd.writeBox(coding.entry) { entry in
            entry.writeRepeatingByte(0, count: 6)
            entry.writeInteger(UInt16(1))  // data reference index
            entry.writeRepeatingByte(0, count: 16)
            entry.writeMultipleIntegers(width, height)
            let pixelsPerInch72: UInt32 = 0x0048_0000
            entry.writeMultipleIntegers(pixelsPerInch72, pixelsPerInch72, UInt32(0))
            entry.writeInteger(UInt16(1))  // frames in a sample
            entry.writeRepeatingByte(0, count: 32)  // compressor name
            let colourWithoutAlpha: UInt16 = 0x0018
            entry.writeMultipleIntegers(colourWithoutAlpha, UInt16.max)
            entry.writeBox(coding.box) { box in
                if let version = coding.version { box.writeInteger(UInt32(version) << 24) }
                let start = box.writerIndex
                box.writeImmutableBuffer(record)
                if coding.codec == .h265 {
                    // Encoders from before the standard was done write 0 before the same layout, and players refuse it.
                    box.setInteger(Self.hevcRecordVersion, at: start)
                    box.markParameterSetsComplete(ofHEVCRecordAt: start)
                }
            }
            appearance.write(into: &entry)
        }
    }

    /// Reads the configuration out of a sample entry.
    static func read(_ entry: Box, _ coding: PictureCoding) throws(ISOBMFFFault) -> CodecConfiguration {
        var fields = entry.fields
        try fields.skip(24)
        let width = try fields.readUInt16()
        let height = try fields.readUInt16()
        let box = try entry.requiredChild(coding.box, after: fieldsLength)
        var content = coding.version == nil ? box.fields : try box.fullBox().fields
        let record = try content.readBytes(content.remaining)
        var format = VideoFormat(width: Int(width), height: Int(height))
        try PictureAppearance.read(entry, into: &format)
        return CodecConfiguration(video: coding.codec, record: record, format: format)
    }
}

extension ByteBuffer {
    /// Sets `array_completeness` of the parameter sets in the `HEVCDecoderConfigurationRecord` that has been written at
    /// `start`, which is mandatory in `hvc1` (ISO/IEC 14496-15 §8.4.1.1) and which publishers, who may send sets within
    /// the stream, leave at zero.
    ///
    /// A frame that brings the same sets once more does no harm. A record that ends too early stays as it is from there.
    fileprivate mutating func markParameterSetsComplete(ofHEVCRecordAt start: Int) {
        let fixedFields = 22
        guard let arrays = getInteger(at: start + fixedFields, as: UInt8.self) else { return }
        var index = start + fixedFields + 1
        for _ in 0..<arrays {
            guard let type = getInteger(at: index, as: UInt8.self),
                let count = getInteger(at: index + 1, as: UInt16.self)
            else { return }
            let parameterSets: ClosedRange<UInt8> = 32...34
            if parameterSets.contains(type & 0x3F) { setInteger(type | 0x80, at: index) }
            index += 3
            for _ in 0..<count {
                guard let length = getInteger(at: index, as: UInt16.self) else { return }
                index += 2 + Int(length)
            }
        }
    }
}
