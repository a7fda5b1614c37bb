import MediaModel
import NIOCore

/// An `avc1` box with its `avcC` (ISO/IEC 14496-15 §5.4.2, ISO/IEC 14496-12 §12.1.3).
struct VideoSampleEntry {
    /// Bytes of a visual sample entry before the boxes inside.
    static let fieldsLength = 78

    let width: UInt16
    let height: UInt16
    let record: ByteBuffer
    /// Width to height of a sample; `nil` when nobody said so.
    let sampleAspectRatio: SampleAspectRatio?
    /// What the samples mean as colours; `nil` when nobody said so.
    let color: ColorDescription?

    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        guard let format = configuration.video else { throw .formatUnknown(configuration.codec) }
        guard let width = UInt16(exactly: format.width), let height = UInt16(exactly: format.height),
            width > 0, height > 0
        else { throw .pictureSizeOutOfRange(width: format.width, height: format.height) }
        self.width = width
        self.height = height
        record = try configuration.usableRecord
        sampleAspectRatio = format.sampleAspectRatio
        color = format.color
    }

    /// How large the picture is shown, in 16.16 fixed point: as wide as its samples are.
    var displaySize: (width: UInt32, height: UInt32) {
        let height = UInt32(height) << 16
        guard let ratio = sampleAspectRatio else { return (UInt32(width) << 16, height) }
        return (UInt32(clamping: (UInt64(width) << 16) * UInt64(ratio.width) / UInt64(ratio.height)), height)
    }

    func write(into stsd: inout ByteBuffer) {
        stsd.writeBox("avc1") { entry in
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
            entry.writeBox("avcC") { $0.writeImmutableBuffer(record) }
            if let ratio = sampleAspectRatio {
                entry.writeBox("pasp") { $0.writeMultipleIntegers(UInt32(ratio.width), UInt32(ratio.height)) }
            }
            if let color { write(color, into: &entry) }
        }
    }

    /// Writes the `colr` box with the code points of ITU-T H.273 (ISO/IEC 14496-12 §12.1.5).
    private func write(_ color: ColorDescription, into entry: inout ByteBuffer) {
        let onScreenColours: BoxType = "nclx"
        entry.writeBox("colr") { colr in
            colr.writeMultipleIntegers(
                onScreenColours.rawValue, UInt16(color.primaries), UInt16(color.transferCharacteristics),
                UInt16(color.matrixCoefficients), UInt8(color.isFullRange ? 0x80 : 0))
        }
    }

    /// Reads the configuration out of an `avc1` box.
    static func read(_ entry: Box) throws(ISOBMFFFault) -> CodecConfiguration {
        var fields = entry.fields
        try fields.skip(24)
        let width = try fields.readUInt16()
        let height = try fields.readUInt16()
        let record = try entry.requiredChild("avcC", after: fieldsLength).content
        return CodecConfiguration(
            video: .h264, record: record, format: VideoFormat(width: Int(width), height: Int(height)))
    }
}
