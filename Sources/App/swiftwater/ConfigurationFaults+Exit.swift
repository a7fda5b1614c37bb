import ArgumentParser
import ConfigurationReading
import Observability

extension ConfigurationFaults {
    /// Writes them, a line for each.
    ///
    /// - Returns: what the program ends with.
    func reported() -> ExitCode {
        StandardError.write("\(self)\n")
        return ExitCode(2)
    }
}
