namespace Assay.Server.Data.Sealing;

/// <summary>What was sealed cannot be read here: the key is missing, open to others, or another one. The message is for operators.</summary>
internal sealed class SecretsUnavailable(string message) : Exception(message);
