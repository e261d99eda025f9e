using Assay.Server.Data;
using Assay.Server.Hosting.Commands;

try
{
    return await CommandLine.Build().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (StartRefused refused)
{
    Console.Error.WriteLine($"assay: {refused.Message}");
    return 1;
}
