import ISOBMFF
import NIOCore
import TestSupport
import Testing

@Suite("Movie fragments from strangers")
struct HostileFragmentTests {
    private static let fragment = MovieFragment(
        sequenceNumber: 1, tracks: [MovieFragmentTests.video, MovieFragmentTests.audio])

    @Test("a segment cut short anywhere is refused")
    func truncation() throws {
        let bytes = try written(Self.fragment)
        for length in 1..<bytes.readableBytes {
            let part = try #require(bytes.getSlice(at: bytes.readerIndex, length: length))
            #expect(throws: ISOBMFFFault.self) { try MovieFragment.readAll(in: part) }
        }
    }

    @Test("a segment with any byte of its headers changed is read or refused, and never traps")
    func corruption() throws {
        let bytes = try written(Self.fragment)
        for index in bytes.readableBytesView.indices.prefix(400) {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var changed = bytes
                changed.setInteger(value, at: index)
                _ = try? MovieFragment.readAll(in: changed)  // either is right: only a trap is wrong
            }
        }
    }

    @Test("a count of four thousand million samples without a byte behind it reserves nothing")
    func hugeCount() throws {
        let header = "00000010" + "6d666864" + "0000000000000001"
        let tfhd = "00000010" + "74666864" + "0002000000000001"
        let tfdt = "00000010" + "74666474" + "0000000000000000"
        let trun = "00000010" + "7472756e" + "00000000ffffffff"
        let moof = "00000050" + "6d6f6f66" + header + "00000038" + "74726166" + tfhd + tfdt + trun
        let bytes = ByteBuffer(hex: moof + "00000008" + "6d646174")
        #expect(throws: ISOBMFFFault.tooManySamples(0xFFFF_FFFF)) { try MovieFragment.readAll(in: bytes) }
    }

    @Test("samples outside the media data are refused")
    func sampleOutside() throws {
        var bytes = try written(MovieFragment(sequenceNumber: 1, tracks: [MovieFragmentTests.audio]))
        let trun = try box(["moof", "traf", "trun"], in: bytes)
        let offsetIndex = bytes.readerIndex + trun.contentOffset + 8
        let right = try #require(bytes.getInteger(at: offsetIndex, as: Int32.self))
        for wrong in [right - 1, right + 1, 0, -1, .min, .max] {
            bytes.setInteger(wrong, at: offsetIndex)
            #expect(throws: ISOBMFFFault.sampleOutsideMediaData(trackID: 2)) {
                try MovieFragment.readAll(in: bytes)
            }
        }
    }

    @Test("a moof without its mdat right behind is refused")
    func missingMediaData() throws {
        var bytes = try written(Self.fragment)
        let mdat = try box(["mdat"], in: bytes)
        bytes.setInteger(BoxType("free").rawValue, at: bytes.readerIndex + mdat.offset + 4)
        #expect(throws: ISOBMFFFault.missingBox("mdat")) { try MovieFragment.readAll(in: bytes) }
    }
}
