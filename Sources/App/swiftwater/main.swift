import ArgumentParser
import Logging
import NIOPosix
