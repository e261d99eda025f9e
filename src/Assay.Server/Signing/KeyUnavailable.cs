namespace Assay.Server.Signing;

/// <summary>A key cannot be used now; the message is for operators and names the option to look at.</summary>
internal sealed class KeyUnavailable(string message, Exception? reason = null) : Exception(message, reason);
