namespace Assay.Server.Data.Rows;

/// <summary>Something that is still to be done, or was.</summary>
internal sealed class JobRow
{
    public long Id { get; set; }

    /// <summary>Who does it.</summary>
    public required string Kind { get; set; }

    /// <summary>Of one lane only a few are done at a time, so that what is slow for one does not hold up all.</summary>
    public string? Lane { get; set; }
    public required string Payload { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>From when on it may be taken: its time at first, the end of its lease while somebody is at it; null once it is finished or dead.</summary>
    public DateTimeOffset? DueAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Set while somebody is at it; who took it later has another one.</summary>
    public string? Lease { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When it failed for good; an operator retries or drops it.</summary>
    public DateTimeOffset? DeadAt { get; set; }
    public string? LastProblem { get; set; }
}

/// <summary>Somebody who wants to be told of events by a request.</summary>
internal sealed class WebhookRow
{
    public long Id { get; set; }

    /// <summary>Whose it is, and whose rights decide what it is told; null for the operator's.</summary>
    public long? OwnerId { get; set; }
    public required string Url { get; set; }

    /// <summary>Events it wants, one pattern a line.</summary>
    public required string Events { get; set; }

    /// <summary>Packages it wants to hear of, one pattern a line; empty for all there are.</summary>
    public required string Packages { get; set; }

    /// <summary>What deliveries are signed with, and what they are signed with as well for a while after a change; sealed.</summary>
    public required byte[] Secret { get; set; }
    public byte[]? FormerSecret { get; set; }
    public DateTimeOffset? FormerUntil { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Since when nothing gets through; null after a delivery that did.</summary>
    public DateTimeOffset? FailingSince { get; set; }
    public DateTimeOffset? StoppedAt { get; set; }
    public string? StoppedWhy { get; set; }
}

/// <summary>An event for one webhook, and what came of it.</summary>
internal sealed class WebhookDeliveryRow
{
    public long Id { get; set; }
    public long WebhookId { get; set; }

    /// <summary>The same in every attempt, so that the receiver knows it again.</summary>
    public required string MessageId { get; set; }
    public required string Event { get; set; }
    public required string Body { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary><c>waiting</c>, <c>delivered</c>, <c>failed</c> or <c>skipped</c>.</summary>
    public required string State { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? LastAt { get; set; }
    public int? LastStatus { get; set; }
    public string? LastProblem { get; set; }

    /// <summary>The beginning of what the receiver answered.</summary>
    public string? LastAnswer { get; set; }
}

/// <summary>What a person chose about mails of one event, where it is not the default.</summary>
internal sealed class MailPreferenceRow
{
    public long PersonId { get; set; }
    public required string Event { get; set; }
    public bool IsWanted { get; set; }
}
