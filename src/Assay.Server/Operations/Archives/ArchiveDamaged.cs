namespace Assay.Server.Operations;

/// <summary>What stands in the file is not what was backed up; the message names the entry.</summary>
internal sealed class ArchiveDamaged(string message) : Exception(message);
