extension CertificateFiles {
    /// Why a server could not use the files; `nil` when it can.
    ///
    /// To be asked where a thread may wait for a disk.
    public var fault: CertificateFault? {
        do throws(CertificateFault) {
            try TLSProfile.check(ServerCertificate(self))
            return nil
        } catch {
            return error
        }
    }
}

extension TLSProfile {
    /// Why clients' certificates could not be verified; `nil` when they can, and when none are asked for.
    ///
    /// To be asked where a thread may wait for a disk.
    public var fault: CertificateFault? {
        guard let clientAuthorities else { return nil }
        do throws(CertificateFault) {
            _ = try PEMFile.certificates(of: clientAuthorities)
            return nil
        } catch {
            return error
        }
    }
}
