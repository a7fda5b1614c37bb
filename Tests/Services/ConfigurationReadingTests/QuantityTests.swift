import Testing

@testable import ConfigurationReading

@Suite("Numbers with units")
struct QuantityTests {
    @Test(
        "times",
        arguments: [
            ("2s", 2_000_000_000), ("500ms", 500_000_000), ("250us", 250_000), ("1m", 60_000_000_000),
            ("1h", 3_600_000_000_000), ("1.5s", 1_500_000_000), ("0.000001s", 1000), ("2 s", 2_000_000_000),
            ("0", 0), ("0.0", 0), ("007s", 7_000_000_000), ("9223372036s", 9_223_372_036_000_000_000),
        ] as [(String, Int64)])
    func times(text: String, nanoseconds: Int64) throws {
        #expect(try Quantity.read(text, units: TimeSpan.units) == nanoseconds)
    }

    @Test(
        "sizes",
        arguments: [
            ("64KiB", 65536), ("8MiB", 8 << 20), ("1GiB", 1 << 30), ("1kB", 1000), ("2KB", 2000), ("3MB", 3_000_000),
            ("1GB", 1_000_000_000), ("17B", 17), ("60000", 60000), ("1.5KiB", 1536), ("0", 0),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) throws {
        #expect(try Quantity.read(text, units: ByteSize.units, bareFactor: 1) == bytes)
    }

    @Test(
        "what is none says why",
        arguments: [
            ("", .notANumber), ("s", .notANumber), ("-1s", .notANumber), ("1.s", .notANumber), (".5s", .notANumber),
            ("٣s", .notANumber), ("5", .noUnit), ("0.5", .noUnit), ("5x", .unknownUnit), ("5 s s", .unknownUnit),
            ("5S", .unknownUnit), ("0.0000000001s", .tooLarge), ("0.5555us", .notWhole),
            ("99999999999999999999s", .tooLarge), ("9223372037s", .tooLarge),
            ("9223372036.9s", .tooLarge),
        ] as [(String, Quantity.Fault)])
    func faults(text: String, fault: Quantity.Fault) {
        #expect(throws: fault) { try Quantity.read(text, units: TimeSpan.units) }
    }

    @Test(
        "times are written in the largest unit that fits",
        arguments: [
            (.seconds(2), "2s"), (.milliseconds(500), "500ms"), (.milliseconds(1500), "1500ms"), (.seconds(60), "60s"),
            (.seconds(120), "2m"), (.seconds(3600), "60m"), (.seconds(7200), "2h"), (.microseconds(5), "5us"),
            (.zero, "0s"),
        ] as [(Duration, String)])
    func timeTexts(duration: Duration, text: String) {
        #expect(TimeSpan.text(duration) == text)
    }

    @Test(
        "sizes are written in the largest unit that fits",
        arguments: [
            (0, "0B"), (60_000, "60000B"), (65536, "64KiB"), (8 << 20, "8MiB"), (64 << 30, "64GiB"), (1025, "1025B"),
        ])
    func sizeTexts(bytes: Int, text: String) {
        #expect(ByteSize.text(bytes) == text)
    }
}
