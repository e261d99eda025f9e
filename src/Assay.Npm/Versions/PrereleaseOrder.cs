namespace Assay.Npm;

/// <summary>
/// The order of pre-releases (semver.org, 11.4). Numbers are compared exactly whatever their length; npm rounds those
/// beyond 2^53, which would make different versions equal.
/// </summary>
internal static class PrereleaseOrder
{
    public static int Compare(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
            return (left.Length == 0).CompareTo(right.Length == 0);
        var lefts = left.AsSpan().Split('.');
        var rights = right.AsSpan().Split('.');
        while (true)
        {
            var hasLeft = lefts.MoveNext();
            var hasRight = rights.MoveNext();
            if (!hasLeft || !hasRight)
                return hasLeft.CompareTo(hasRight);
            var order = CompareIdentifiers(left.AsSpan(lefts.Current), right.AsSpan(rights.Current));
            if (order != 0)
                return order;
        }
    }

    private static int CompareIdentifiers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var leftIsNumber = Identifiers.IsNumber(left);
        if (leftIsNumber != Identifiers.IsNumber(right))
            return leftIsNumber ? -1 : 1;
        // Numbers have no leading zeros, so the longer one is the greater one.
        return leftIsNumber && left.Length != right.Length
            ? left.Length.CompareTo(right.Length)
            : left.SequenceCompareTo(right);
    }
}
