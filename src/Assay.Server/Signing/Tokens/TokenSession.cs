using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Assay.Server.Data;
using Microsoft.Extensions.Options;
using Net.Pkcs11Interop.Common;

namespace Assay.Server.Signing.Tokens;

/// <summary>
/// This node's one session with the token. A session that fails is opened anew once, together with the library: many do not find a token again
/// that went away.
/// </summary>
internal sealed partial class TokenSession(DataDirectory data, IOptions<SigningOptions> options, TimeProvider time, ILogger<TokenSession> logger) : IDisposable
{
    // Waiting writes fail one by one: without this each of them would wait for a token that does not answer.
    private static readonly TimeSpan CoolDown = TimeSpan.FromSeconds(2);

    private readonly Lock turn = new();
    private OpenToken? token;
    private string? refusedPin;
    private string? lastFailure;
    private DateTimeOffset nextTry;

    /// <exception cref="KeyUnavailable">The token cannot be used now.</exception>
    public T Use<T>(Func<OpenToken, T> act)
    {
        lock (turn)
        {
            if (token is not null && TryUse(token, act, out var result))
            {
                return result;
            }
            token ??= Open();
            return TryUse(token, act, out result) ? result : throw CoolingDown(lastFailure!);
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            token?.Dispose();
            token = null;
        }
    }

    private bool TryUse<T>(OpenToken open, Func<OpenToken, T> act, [MaybeNullWhen(false)] out T result)
    {
        try
        {
            result = act(open);
            return true;
        }
        catch (Exception failure) when (failure is Pkcs11Exception or CryptographicException)
        {
            SessionLost(failure);
            lastFailure = $"{Name} failed: {failure.Message}";
            open.Dispose();
            token = null;
            result = default;
            return false;
        }
    }

    private OpenToken Open()
    {
        if (lastFailure is not null && time.GetUtcNow() < nextTry)
        {
            throw new KeyUnavailable(lastFailure);
        }
        try
        {
            return OpenNow();
        }
        catch (KeyUnavailable failure)
        {
            throw CoolingDown(failure.Message, failure.InnerException);
        }
    }

    private KeyUnavailable CoolingDown(string message, Exception? reason = null)
    {
        lastFailure = message;
        nextTry = time.GetUtcNow() + CoolDown;
        return new KeyUnavailable(message, reason);
    }

    private OpenToken OpenNow()
    {
        var pin = ReadPin();
        if (pin == refusedPin)
        {
            // A token locks itself after a few wrong ones.
            throw new KeyUnavailable(PinRefused);
        }
        try
        {
            return OpenToken.Open(options.Value.Pkcs11Library, options.Value.Pkcs11TokenLabel, pin)
                ?? throw new KeyUnavailable($"{options.Value.Pkcs11Library} does not show one token labelled {options.Value.Pkcs11TokenLabel} (Assay:Signing:Pkcs11TokenLabel).");
        }
        catch (Pkcs11Exception failure) when (failure.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE or CKR.CKR_PIN_LOCKED or CKR.CKR_PIN_EXPIRED)
        {
            refusedPin = pin;
            throw new KeyUnavailable($"{PinRefused} ({failure.RV})", failure);
        }
        catch (Exception failure) when (failure is Pkcs11Exception or UnmanagedException)
        {
            throw new KeyUnavailable($"{Name} cannot be opened with {options.Value.Pkcs11Library} (Assay:Signing:Pkcs11Library): {failure.Message}", failure);
        }
    }

    private string Name => $"The token {options.Value.Pkcs11TokenLabel}";

    private string PinFile => Path.GetFullPath(options.Value.Pkcs11PinFile, data.Path);

    private string PinRefused => $"{Name} refuses the PIN in {PinFile} (Assay:Signing:Pkcs11PinFile). It is not tried again until the file has another.";

    private string ReadPin()
    {
        try
        {
            return PrivateFile.IsOpenToOthers(PinFile)
                ? throw new KeyUnavailable($"Others may read {PinFile} (Assay:Signing:Pkcs11PinFile). Run: chmod 600 {PinFile} - and if they may have, change the PIN.")
                : File.ReadAllText(PinFile).TrimEnd('\r', '\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyUnavailable($"Cannot read {PinFile} (Assay:Signing:Pkcs11PinFile): {failure.Message}", failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session with the token was lost; it is opened again")]
    private partial void SessionLost(Exception failure);
}
