import MediaModel
import NIOCore

/// An `avc1` box with its `avcC` (ISO/IEC 14496-15 §5.4.2, ISO/IEC 14496-12 §12.1.3).
struct VideoSampleEntry {
    /// Bytes of a visual sample entry before the boxes inside.
    static let fieldsLength = 78

    let width: UInt16
    let height: UInt16
    let record: ByteBuffer

    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        guard let format = configuration.video else { throw .formatUnknown(configuration.codec) }
        guard let width = UInt16(exactly: format.width), let height = UInt16(exactly: format.height),
            width > 0, height > 0
        else { throw .pictureSizeOutOfRange(width: format.width, height: format.height) }
        self.width = width
        self.height = height
        record = try configuration.usableRecord
    }

    /// How large the picture is shown, in 16.16 fixed point.
    var displaySize: (width: UInt32, height: UInt32) {
        (UInt32(width) << 16, UInt32(height) << 16)
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
