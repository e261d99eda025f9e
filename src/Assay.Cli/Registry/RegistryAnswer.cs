namespace Assay.Cli.Registry;

/// <summary>What a registry answered: something, or that there is nothing.</summary>
internal sealed record RegistryAnswer(byte[]? Body)
{
    public static RegistryAnswer Missing { get; } = new((byte[]?)null);
}

/// <summary>What a registry answered to something that was sent.</summary>
internal sealed record SentAnswer(int Status, byte[] Body)
{
    public bool IsGood => Status is >= 200 and < 300;
}

/// <summary>The registry could not be asked. That proves nothing about what was asked for.</summary>
internal sealed class RegistryUnavailable(string text) : Exception(text);

/// <summary>The registry answered something that it must not.</summary>
internal sealed class AnswerRefused(string text) : Exception(text);
