import AMF
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Enhanced RTMP: colours and loudspeakers")
struct ColorInfoTests {
    private func body(_ values: AMF0Value...) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeAMF0(values)
        return buffer
    }

    private static let hdr10: AMF0Value = [
        "colorConfig": [
            "bitDepth": 10, "colorPrimaries": 9, "transferCharacteristics": 16, "matrixCoefficients": 9,
        ],
        "hdrCll": ["maxFall": 400, "maxCLL": 1000],
        "hdrMdcv": [
            "redX": 0.68, "redY": 0.32, "greenX": 0.265, "greenY": 0.69, "blueX": 0.15, "blueY": 0.06,
            "whitePointX": 0.3127, "whitePointY": 0.329, "maxLuminance": 1000, "minLuminance": 0.005,
        ],
    ]

    @Test("all that can be said is written as it is read")
    func complete() throws {
        let bytes = body("colorInfo", Self.hdr10)
        let info = try #require(try ColorInfo(parsing: bytes))
        var format = VideoFormat(width: 64, height: 48, color: ColorDescription(isFullRange: true))
        info.apply(to: &format)
        #expect(format.bitDepth == 10)
        #expect(
            format.color
                == ColorDescription(
                    primaries: 9, transferCharacteristics: 16, matrixCoefficients: 9, isFullRange: true))
        #expect(format.contentLightLevel == ContentLightLevel(maximum: 1000, maximumFrameAverage: 400))
        #expect(format.masteringDisplay?.red == .init(x: 0.68, y: 0.32))
        #expect(format.masteringDisplay?.minimumLuminance == 0.005)
        #expect(ColorInfo(format) == info)
        var written = ByteBuffer()
        info.write(into: &written)
        #expect(written == bytes)
    }

    @Test("undefined, nothing and an empty object take everything back; other names say nothing")
    func resets() throws {
        #expect(try ColorInfo(parsing: body("colorInfo", .undefined)) == ColorInfo())
        #expect(try ColorInfo(parsing: body("colorInfo", .object([]))) == ColorInfo())
        #expect(try ColorInfo(parsing: body("colorInfo")) == ColorInfo())
        #expect(try ColorInfo(parsing: body("caption", Self.hdr10)) == nil)
        #expect(try ColorInfo(parsing: ByteBuffer()) == nil)
        let last = try #require(
            try ColorInfo(parsing: body("colorInfo", Self.hdr10, "a", 1, "colorInfo", ["colorConfig": ["bitDepth": 8]]))
        )
        #expect(last.bitDepth == 8)
        #expect(last.masteringDisplay == nil)
        var written = ByteBuffer()
        ColorInfo().write(into: &written)
        #expect(
            written
                == body(
                    "colorInfo",
                    [
                        "colorConfig": [
                            "colorPrimaries": 2, "transferCharacteristics": 2, "matrixCoefficients": 2,
                        ]
                    ]))
        #expect(try ColorInfo(parsing: written) == ColorInfo())
    }

    @Test("numbers that cannot be are passed over")
    func nonsense() throws {
        let info = try #require(
            try ColorInfo(
                parsing: body(
                    "colorInfo",
                    [
                        "colorConfig": [
                            "bitDepth": -1, "colorPrimaries": 256, "transferCharacteristics": 1.5,
                            "matrixCoefficients": .number(.nan),
                        ],
                        "hdrCll": ["maxFall": .number(.infinity), "maxCLL": -5],
                        "hdrMdcv": ["redX": 2, "maxLuminance": .number(1e300), "blueY": "x"],
                    ])))
        #expect(info == ColorInfo())
        #expect(throws: FLVFault.malformedMetadata(.endOfMessage)) { try ColorInfo(parsing: ByteBuffer(hex: "0200")) }
    }

    @Test(
        "channel orders are written as they are read",
        arguments: [
            ("00 02", MultichannelConfig(channelCount: 2, layout: nil)),
            ("01 06 0000003f", .init(channelCount: 6, layout: .native(mask: 0x3F))),
            ("02 03 00 fe ff", .init(channelCount: 3, layout: .custom([0, 254, 255]))),
            ("02 00", .init(channelCount: 0, layout: .custom([]))),
        ])
    func channels(hex: String, config: MultichannelConfig) throws {
        #expect(try MultichannelConfig(parsing: ByteBuffer(hex: hex)) == config)
        var written = ByteBuffer()
        config.write(into: &written)
        #expect(written == ByteBuffer(hex: hex))
        if let layout = config.layout { #expect(MultichannelConfig(layout) == config) }
    }

    @Test("channel orders that are cut short or reserved are faults")
    func channelFaults() {
        for hex in ["", "00", "01 06 000000", "02 03 0001"] {
            #expect(throws: FLVFault.truncatedHeader) { try MultichannelConfig(parsing: ByteBuffer(hex: hex)) }
        }
        #expect(throws: FLVFault.unknownChannelOrder(3)) { try MultichannelConfig(parsing: ByteBuffer(hex: "0302")) }
        var written = ByteBuffer()
        MultichannelConfig(.custom([UInt8](repeating: 1, count: 300))).write(into: &written)
        #expect(written.readableBytes == 257)
    }
}
