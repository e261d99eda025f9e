using System.Data.Common;
using System.Security.Cryptography;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Pages;
using Assay.Server.Signing;
using Microsoft.AspNetCore.Connections;

namespace Assay.Server.Hosting.Pipeline;

/// <summary>The one place where what nobody expected becomes an answer that a person can act on.</summary>
internal sealed partial class ErrorEdge(RequestDelegate next, ILogger<ErrorEdge> logger)
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (IsOfNobody(failure, context))
        {
            // The client left; there is nobody to answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            var answer = Answer(failure);
            await (PageReader.Asks(context.Request) ? FailurePage.ShowAsync(context, answer) : answer.ExecuteAsync(context));
        }
    }

    private static bool IsOfNobody(Exception failure, HttpContext context) =>
        failure is ConnectionResetException || (failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested);

    private JsonAnswer Answer(Exception failure)
    {
        switch (failure)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return NpmError.TooLarge("The request is larger than this registry accepts (Assay:MaximumRequestBytes).");
            case BadHttpRequestException bad:
                return NpmError.With(bad.StatusCode, "bad-request", "The request is incomplete or malformed.");
            case IOException { HResult: NoSpaceLeft or QuotaExceeded }:
            case var _ when Conflicts.IsDiskFull(failure):
                DiskFull(failure);
                return NpmError.With(StatusCodes.Status507InsufficientStorage, "disk-full", "The registry's disk is full. Nothing was stored; tell its operator.");
            case DbException or { InnerException: DbException }:
                DatabaseFailed(failure);
                return NpmError.With(StatusCodes.Status503ServiceUnavailable, "database-unavailable",
                    "The registry cannot reach its database. Nothing was stored; try again.", retryAfter: TimeSpan.FromSeconds(10));
            case SecretsUnavailable:
                CannotOpen(failure);
                return NpmError.With(StatusCodes.Status503ServiceUnavailable, "cannot-open-secrets",
                    "The registry cannot use its key of sealed secrets. Nothing was changed. Its operator finds the reason with ./run doctor.", retryAfter: TimeSpan.FromSeconds(60));
            case KeyUnavailable:
                CannotSign(failure);
                return NpmError.With(StatusCodes.Status503ServiceUnavailable, "cannot-sign",
                    "The registry cannot use its signing key. Nothing was stored; try again. Its operator finds the reason with ./run admin key list.", retryAfter: TimeSpan.FromSeconds(10));
            default:
                var incident = RandomNumberGenerator.GetHexString(12, lowercase: true);
                Unexpected(failure, incident);
                return NpmError.With(StatusCodes.Status500InternalServerError, "unexpected",
                    $"Something went wrong in the registry, and it was logged as incident {incident}. Tell its operator this number.");
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The disk is full")]
    private partial void DiskFull(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database failed")]
    private partial void DatabaseFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The key of sealed secrets cannot be used")]
    private partial void CannotOpen(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "A signing key cannot be used")]
    private partial void CannotSign(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident {Incident}")]
    private partial void Unexpected(Exception failure, string incident);
}
