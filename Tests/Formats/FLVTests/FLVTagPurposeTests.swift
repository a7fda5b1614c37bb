import NIOCore
import TestSupport
import Testing

@testable import FLV

@Suite("FLV: what a tag is for, in the old form and the extended one")
struct FLVTagPurposeTests {
    @Test(
        "pictures",
        arguments: [
            ("17 00 000000 0142", .description), ("17 01 000000 65", .syncFrame), ("27 01 000000 41", .frame),
            ("17 02 000000", .other), ("52 00", .other), ("12 00", .syncFrame), ("22 00", .frame),
            ("90 68766331 01", .description), ("91 68766331 000000 26", .syncFrame), ("93 68766331 26", .syncFrame),
            ("a3 68766331 02", .frame), ("d4 68766331 02", .description), ("92 68766331", .other),
            ("96 03 61766331 01 65", .syncFrame), ("96 00 61766331 01 01", .description), ("d1 00", .other),
            ("", .other), ("91 6876", .other),
        ] as [(String, FLVTagPurpose)])
    func video(body: String, purpose: FLVTagPurpose) {
        #expect(FLVTagPurpose(video: ByteBuffer(hex: body)) == purpose)
    }

    @Test(
        "sound",
        arguments: [
            ("af 00 1210", .description), ("af 01 21", .syncFrame), ("2f ff", .syncFrame),
            ("90 4f707573 4f", .description), ("91 4f707573 fc", .syncFrame), ("94 4f707573 01", .description),
            ("92 4f707573", .other), ("95 01 6d703461 01 21", .syncFrame), ("", .other), ("91 4f", .other),
        ] as [(String, FLVTagPurpose)])
    func audio(body: String, purpose: FLVTagPurpose) {
        #expect(FLVTagPurpose(audio: ByteBuffer(hex: body)) == purpose)
    }
}
