import ISOBMFF
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Movie fragment")
struct MovieFragmentTests {
    static let video = TrackFragment(
        trackID: 1, baseMediaDecodeTime: 0x1_2345_6789,
        samples: [
            sample(duration: 3600, offset: 7200, sync: true, length: 900),
            sample(duration: 3600, offset: 14400, sync: false, length: 50, seed: 2),
            sample(duration: 3600, offset: 0, sync: false, disposable: true, length: 20, seed: 3),
            sample(duration: 3601, offset: -3600, sync: false, length: 0, seed: 4),
        ])
    static let audio = TrackFragment(
        trackID: 2, baseMediaDecodeTime: 0,
        samples: (0..<5).map { sample(duration: 1024, length: 300 + $0, seed: UInt8($0)) })

    @Test("what is written is read back, sample for sample, with one track and with several")
    func roundTrip() throws {
        for tracks in [[Self.video], [Self.audio], [Self.video, Self.audio], [Self.audio, Self.video]] {
            let fragment = MovieFragment(sequenceNumber: 7, tracks: tracks)
            for startsSegment in [true, false] {
                let bytes = try written(fragment, startsSegment: startsSegment)
                #expect(try MovieFragment.readAll(in: bytes) == [fragment])
            }
        }
    }

    @Test("every mixture of equal and unequal durations, flags and offsets is read back")
    func mixtures() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let fewDurations = Bool.random(using: &generator)
            let fewFlags = Bool.random(using: &generator)
            let samples = (0..<Int.random(in: 1...6, using: &generator)).map { index in
                sample(
                    duration: fewDurations ? 40 : .random(in: 0...UInt32.max, using: &generator),
                    offset: Bool.random(using: &generator) ? 0 : .random(in: Int32.min...Int32.max, using: &generator),
                    sync: fewFlags ? index == 0 : .random(using: &generator),
                    disposable: fewFlags ? false : .random(using: &generator),
                    length: .random(in: 0...40, using: &generator))
            }
            let track = TrackFragment(
                trackID: .random(in: 1...3, using: &generator),
                baseMediaDecodeTime: .random(in: 0...(1 << 40), using: &generator), samples: samples)
            let fragment = MovieFragment(sequenceNumber: 1, tracks: [track, Self.audio])
            #expect(try MovieFragment.readAll(in: try written(fragment)) == [fragment])
        }
    }

    @Test("a fragment is written byte for byte as the specification lays it out")
    func layout() throws {
        let fragment = MovieFragment(
            sequenceNumber: 3,
            tracks: [
                TrackFragment(
                    trackID: 1, baseMediaDecodeTime: 5,
                    samples: [
                        FragmentSample(
                            duration: 40, compositionOffset: -1, isSync: true, payload: ByteBuffer(hex: "aabb")),
                        FragmentSample(
                            duration: 40, compositionOffset: 1, isSync: false, payload: ByteBuffer(hex: "cc")),
                    ])
            ])
        #expect(
            try written(fragment, startsSegment: true).hex
                == "00000018" + "73747970" + "6d736468" + "00000000" + "6d736468" + "6d736978"
                + "00000074" + "6d6f6f66"
                + "00000010" + "6d666864" + "00000000" + "00000003"
                + "0000005c" + "74726166"
                + "00000018" + "74666864" + "00020028" + "00000001" + "00000028" + "01010000"
                + "00000014" + "74666474" + "01000000" + "0000000000000005"
                + "00000028" + "7472756e" + "01000a05" + "00000002" + "0000007c" + "02000000"
                + "00000002" + "ffffffff" + "00000001" + "00000001"
                + "0000000b" + "6d646174" + "aabbcc")
    }

    @Test("sound with equal durations costs four bytes a sample")
    func compactSound() throws {
        let one = TrackFragment(trackID: 1, baseMediaDecodeTime: 0, samples: [sample(duration: 1024, length: 0)])
        var many = one
        many.samples += Array(repeating: sample(duration: 1024, length: 0), count: 10)
        let lengths = try [one, many].map {
            try written(MovieFragment(sequenceNumber: 1, tracks: [$0])).readableBytes
        }
        #expect(lengths[1] - lengths[0] == 40)
    }

    @Test("fragments written one behind the other are read as one segment, offsets counted from their own moof")
    func severalFragments() throws {
        var bytes = ByteBuffer()
        var fragments: [MovieFragment] = []
        for number in 1...4 {
            let fragment = MovieFragment(sequenceNumber: UInt32(number), tracks: [Self.video, Self.audio])
            try fragment.write(startsSegment: number == 1, into: &bytes)
            fragments.append(fragment)
        }
        #expect(try MovieFragment.readAll(in: bytes) == fragments)
        #expect(try types(in: BoxReader(bytes)).prefix(3) == ["styp", "moof", "mdat"])
    }

    @Test("the room for a fragment is reserved once and exactly")
    func reservation() throws {
        let fragment = MovieFragment(sequenceNumber: 1, tracks: [Self.video, Self.audio])
        let length = try written(fragment, startsSegment: true).readableBytes
        var reserved = ByteBuffer()
        reserved.reserveCapacity(length)
        #expect(try written(fragment, startsSegment: true).capacity == reserved.capacity)
    }

    @Test("an empty fragment, an empty track and times outside 63 bits are refused, and nothing is written")
    func refusals() {
        expectFault(.noTracks, [])
        expectFault(
            .noSamples(trackID: 9), [Self.video, TrackFragment(trackID: 9, baseMediaDecodeTime: 0, samples: [])])
        var early = Self.audio
        early.baseMediaDecodeTime = -1
        expectFault(.decodeTimeOutOfRange(trackID: 2, -1), [early])
        var late = Self.audio
        late.baseMediaDecodeTime = .max - 1024
        expectFault(.decodeTimeOutOfRange(trackID: 2, .max), [late])
    }

    @Test("a fragment longer than its offsets reach is refused before a byte is copied")
    func tooLong() {
        // The same 64 MiB again and again: the sum is what counts.
        let payload = ByteBuffer(repeating: 0, count: 64 << 20)
        let large = TrackFragment(
            trackID: 1, baseMediaDecodeTime: 0,
            samples: Array(repeating: FragmentSample(duration: 1, isSync: true, payload: payload), count: 32))
        let headers = 8 + 16 + 8 + 24 + 20 + 20 + 4 * 32 + 8
        var bytes = ByteBuffer()
        #expect(throws: ISOBMFFFault.fragmentTooLong(headers + 32 * (64 << 20))) {
            try MovieFragment(sequenceNumber: 1, tracks: [large]).write(startsSegment: false, into: &bytes)
        }
        #expect(bytes.capacity == 0)
    }

    private func expectFault(
        _ fault: ISOBMFFFault, _ tracks: [TrackFragment], location: SourceLocation = #_sourceLocation
    ) {
        var bytes = ByteBuffer()
        #expect(throws: fault, sourceLocation: location) {
            try MovieFragment(sequenceNumber: 1, tracks: tracks).write(startsSegment: true, into: &bytes)
        }
        #expect(bytes.readableBytes == 0, sourceLocation: location)
    }
}
