import Glibc

exit(BenchmarkList.main(Array(CommandLine.arguments.dropFirst())))
