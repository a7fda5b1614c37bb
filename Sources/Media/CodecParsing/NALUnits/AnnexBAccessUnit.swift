import NIOCore

/// What writing a frame with start codes must know of a coding's NAL units.
protocol AnnexBNALUnitType: Equatable, RawRepresentable<UInt8> {
    /// The type of `unit`, or `nil` when it is too short to have one.
    init?(of unit: ByteBuffer)
    /// The start of an access unit.
    static var accessUnitDelimiter: Self { get }
    /// The kinds of parameter sets without which a decoder cannot start.
    static var neededParameterSets: [Self] { get }
}

extension ByteBuffer {
    /// Appends a frame as MPEG-2 systems want it: `delimiter`, then `parameterSets` when `isSync` and the frame does not
    /// bring its own, then its NAL units without delimiters, each behind a start code of four bytes.
    ///
    /// Returns the number of bytes written.
    mutating func writeAnnexB<UnitType: AnnexBNALUnitType>(
        _ units: LengthPrefixedNALUnits, of type: UnitType.Type, delimiter: ByteBuffer,
        parameterSets: @autoclosure () -> [ByteBuffer], isSync: Bool
    ) -> Int {
        let start = writerIndex
        writeAnnexBNALUnit(delimiter)
        if isSync, !units.bringParameterSets(of: type) {
            for unit in parameterSets() { writeAnnexBNALUnit(unit) }
        }
        for unit in units where UnitType(of: unit) != .accessUnitDelimiter {
            writeAnnexBNALUnit(unit)
        }
        return writerIndex - start
    }
}

extension LengthPrefixedNALUnits {
    /// Whether all kinds of parameter sets that a decoder needs are in the frame.
    fileprivate func bringParameterSets<UnitType: AnnexBNALUnitType>(of type: UnitType.Type) -> Bool {
        let needed = UnitType.neededParameterSets
        var missing = (1 << needed.count) - 1
        for unit in self {
            guard let type = UnitType(of: unit), let index = needed.firstIndex(of: type) else { continue }
            missing &= ~(1 << index)
            if missing == 0 { return true }
        }
        return false
    }
}
