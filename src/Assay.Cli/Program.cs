using Assay.Cli.Commands;

return (int)await CommandLine.RunAsync(args, Surroundings.OfProcess());
