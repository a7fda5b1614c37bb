import EndpointCore
import Testing

@Suite("The gate of connections")
struct ConnectionGateTests {
    private func isOpen(_ gate: ConnectionGate, to address: String) -> Bool {
        (try? gate.enter(address)) != nil
    }

    @Test("lets in as many as it may, in all and from one address")
    func limits() {
        let gate = ConnectionGate(limit: 3, limitPerAddress: 2)
        #expect(isOpen(gate, to: "a") && isOpen(gate, to: "a"))
        #expect(throws: ConnectionGate.Refusal.addressFull(limit: 2)) { try gate.enter("a") }
        #expect(isOpen(gate, to: "b"))
        #expect(throws: ConnectionGate.Refusal.serverFull(limit: 3)) { try gate.enter("c") }
        gate.leave("a")
        #expect(isOpen(gate, to: "a") && gate.open == 3)
    }

    @Test("holds new limits against all who are in, and sends nobody away")
    func otherLimits() {
        let gate = ConnectionGate(limit: 10, limitPerAddress: 0)
        for _ in 0..<4 { #expect(isOpen(gate, to: "a")) }
        gate.setLimits(10, perAddress: 3)
        #expect(gate.open == 4)
        #expect(throws: ConnectionGate.Refusal.addressFull(limit: 3)) { try gate.enter("a") }
        gate.leave("a")
        gate.leave("a")
        #expect(isOpen(gate, to: "a"))
        gate.setLimits(3, perAddress: 0)
        #expect(throws: ConnectionGate.Refusal.serverFull(limit: 3)) { try gate.enter("b") }
        gate.setLimits(4, perAddress: 0)
        #expect(isOpen(gate, to: "b"))
    }
}
