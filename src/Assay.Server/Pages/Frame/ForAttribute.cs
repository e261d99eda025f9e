namespace Assay.Server.Pages;

/// <summary>Who sees a page at all. What of it each of them may see and do, the operations decide.</summary>
internal enum Circle
{
    Everybody,
    Members,
    Administrators,
}

/// <summary>Said of a page's model; without it a page is for everybody.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ForAttribute(Circle circle) : Attribute
{
    public Circle Circle => circle;
}
