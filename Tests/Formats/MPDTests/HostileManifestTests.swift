import MPD
import TestSupport
import Testing

@Suite("Hostile manifests")
struct HostileManifestTests {
    @Test("cut at any place, a manifest is refused")
    func truncations() {
        let bytes = Array(Samples.lowLatency.text.utf8)
        // The last byte is a line feed behind the document.
        for count in 0..<bytes.count - 1 {
            #expect(throws: ManifestFault.self) { try MediaPresentationDescription(bytes: bytes[..<count]) }
        }
    }

    @Test("with any byte changed, a manifest is read or refused, and nothing else")
    func mutations() {
        var generator = SeededGenerator(seed: 5)
        let bytes = Array(Samples.lowLatency.text.utf8)
        for _ in 0..<3000 {
            var changed = bytes
            for _ in 0..<3 {
                changed[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            if let read = try? MediaPresentationDescription(bytes: changed) {
                #expect((try? MediaPresentationDescription(read.text)) != nil)
                for set in read.periods.flatMap(\.adaptationSets) {
                    for representation in set.representations {
                        _ = (representation.segmentTemplate ?? set.segmentTemplate)?.segments(of: representation)
                    }
                }
            }
        }
    }

    @Test("elements inside each other without end are refused")
    func nesting() {
        let text = String(repeating: "<a>", count: 100_000)
        #expect(throws: ManifestFault.tooDeep) { try MediaPresentationDescription(text) }
    }

    @Test("elements and attributes without number are refused")
    func counts() {
        var limits = ManifestLimits()
        limits.elements = 1000
        let crowd = "<a>" + String(repeating: "<b/>", count: 1000) + "</a>"
        #expect(throws: ManifestFault.tooManyElements) { try MediaPresentationDescription(crowd, limits: limits) }
        let attributes = (0..<65).map { " a\($0)=\"\"" }.joined()
        #expect(throws: ManifestFault.tooManyAttributes) { try MediaPresentationDescription("<a\(attributes)/>") }
        limits.bytes = 10
        #expect(throws: ManifestFault.tooLong(12)) { try MediaPresentationDescription("<a>      </a", limits: limits) }
    }

    @Test(
        "an entity is one of five, or a character that XML may have",
        arguments: ["&a;", "&#0;", "&#xD800;", "&amp", "&;"])
    func entities(reference: String) {
        #expect(throws: ManifestFault.self) { try MediaPresentationDescription("<a b=\"\(reference)\"/>") }
    }
}
