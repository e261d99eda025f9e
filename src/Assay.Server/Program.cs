using Assay.Server.Data;
using Assay.Server.Hosting.Commands;

try
{
    return await CommandLine.RunAsync(args);
}
catch (StartRefused refused)
{
    Console.Error.WriteLine($"assay: {refused.Message}");
    return 1;
}
