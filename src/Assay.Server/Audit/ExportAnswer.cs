using System.Text.Json;
using Assay.Server.Data.Rows;

namespace Assay.Server.Audit;

/// <summary>Events as JSON, one a line, written while they are read.</summary>
internal sealed class ExportAnswer(IAsyncEnumerable<AuditEventRow> events, bool withAddress) : IResult
{
    public const string ContentType = "application/x-ndjson";

    private const int FlushEvery = 1_000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = ContentType;
        httpContext.Response.Headers.CacheControl = "no-store";
        await WriteAsync(events, withAddress, httpContext.Response.Body, httpContext.RequestAborted);
    }

    /// <summary>Returns how many there were.</summary>
    public static async Task<long> WriteAsync(IAsyncEnumerable<AuditEventRow> events, bool withAddress, Stream output, CancellationToken cancellationToken)
    {
        long written = 0;
        await foreach (var row in events.WithCancellation(cancellationToken))
        {
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(ReadAudit.Shown(row, withAddress)), cancellationToken);
            await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
            if (++written % FlushEvery == 0)
            {
                await output.FlushAsync(cancellationToken);
            }
        }
        await output.FlushAsync(cancellationToken);
        return written;
    }
}
