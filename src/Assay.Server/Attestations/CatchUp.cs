using Assay.Server.Data;

namespace Assay.Server.Attestations;

/// <summary>Signs what was published before the registry signed, and logs what was published before it had a log.</summary>
internal sealed partial class CatchUp(SignVersions sign, LogOlderVersions log, TimeProvider time, ILogger<CatchUp> logger) : CatchingUp(time)
{
    protected override async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var signed = await AllAsync(sign.SignOlderAsync, cancellationToken);
        var logged = await AllAsync(log.RunAsync, cancellationToken);
        if (signed + logged > 0)
        {
            Done(signed, logged);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signed} older versions are signed and {Logged} are logged; clients can ask for the keys now")]
    private partial void Done(int signed, int logged);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Older versions could not be signed and logged; tried again in a minute. Until then clients are told of no keys")]
    protected override partial void Failed(Exception failure);
}
