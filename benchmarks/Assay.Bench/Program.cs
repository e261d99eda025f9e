using Assay.Bench;

if (args is not [var program, ..] || !File.Exists(program))
{
    Console.Error.WriteLine("usage: Assay.Bench PATH/TO/Assay.Server.dll [--smoke]");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("assay-bench-work-");
try
{
    await new Benchmarks(program, args.Contains("--smoke") ? Effort.Smoke : Effort.Full, folder.FullName).RunAsync(Console.Out);
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}
